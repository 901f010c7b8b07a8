"""contacts.yaml: everything that is wrong is told at once, with its line, and nothing runs wild."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml

import parkdraft
from parkdraft.codes import Code
from parkdraft.config.load import MAX_BYTES, NAME, check_document, load_directory
from parkdraft.config.yamlnodes import compose
from parkdraft.errors import DirectoryError, Problem
from parkdraft.model.cases import FIELDS
from parkdraft.model.directory import Directory, build
from parkdraft.wording import WORDS, fill, hint, message

ROOT = Path(__file__).parents[2]
SOURCES = Path(parkdraft.__file__).parent
GOOD = """\
sender:
  name: 주차 고객센터
  address: parking-cs@example.com
team:
  leads: [lead.kim]
  members: {lead.kim: 김하늘}
  four_eyes: true
settings:
  count_first_day: false
  extra_holidays: [2026-12-31]
people:
  이가람:
    title: 주임
    address: garam@example.com
    agit: garam
    nicknames: [가람]
  박도윤:
    address: doyun@example.co.kr
  한나리:
    agit: nari
groups:
  담당: [이가람, 박도윤]
links:
  공지: https://example.com/notice/7
partners:
  gaon:
    name: 가온주차
    aliases: [GAON]
  other:
    name: 그 외
    catch_all: true
sites:
  가온타워:
    partner: gaon
    integration: manual
    contacts: [이가람]
  누리빌딩: {}
rules:
  O1:
    sites: [가온타워]
    text: 증빙을 확인합니다.
routes:
  P1:
    cases: [registration, plate-change]
    partner: gaon
    integration: manual
    channel: email
    authority: lead
    to: [이가람]
    cc: [박도윤]
    note: 확인하세요.
    links: [공지]
  P2:
    cases: [registration, plate-change]
    partner: other
    channel: agit
    authority: all
    mentions: [한나리]
    fallbacks:
      site-down:
        channel: board
        method: 게시판에 씁니다.
  C1:
    cases: [cancellation]
    integration: manual
    answer: accepted
    follows: {case: plate-change, integration: manual}
    authority: lead
    exceptions:
      other:
        channel: board
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKDRAFT_CACHE", str(tmp_path / "cache"))


def problems(content: str | bytes) -> tuple[Problem, ...]:
    """What is wrong, in the order of lines, each with words that can be filled."""
    with pytest.raises(DirectoryError) as caught:
        check_document(content.encode() if isinstance(content, str) else content)
    found = caught.value.problems
    assert [one.row for one in found] == sorted(one.row or 0 for one in found)
    for one in found:
        assert one.field == NAME
        assert message(one)
        assert hint(one)
        assert "{" not in message(one).replace("{{", "")
    return found


def found(content: str | bytes) -> list[tuple[str, int | None]]:
    return [(one.code, one.row) for one in problems(content)]


def line_of(text: str, marker: str) -> int:
    """The line where ``marker`` stands for the first time."""
    assert marker in text
    return text[: text.index(marker)].count("\n") + 1


def loaded(content: str | bytes) -> Directory:
    return build(check_document(content.encode() if isinstance(content, str) else content))


def test_the_document_of_these_tests_is_sound() -> None:
    directory = loaded(GOOD)
    assert directory.people["이가람"].title == "주임"
    assert [route.row for route in directory.routes] == ["P1", "P2", "C1"]


def test_the_shipped_directory_loads(tmp_path: Path) -> None:
    directory = load_directory(ROOT / NAME)
    assert directory.sender_is_placeholder
    assert directory.routes
    assert load_directory(ROOT / NAME) == directory  # the second time out of the cache


# (what is wrong, old text, new text, code, text that stands in the problem's line)
CHANGES = [
    ("unknown key", "  cc: [박", "  ccc: [박", "contacts.unknown-key", "ccc:"),
    ("unknown top key", "groups:", "gruops:", "contacts.unknown-key", "gruops"),
    ("unknown key of a person", "    title: 주", "    직함: 주", "contacts.unknown-key", "직함"),
    ("key missing", "    name: 가온주차\n", "", "contacts.missing-key", "  gaon:"),
    ("no channel", "    channel: email\n", "", "contacts.missing-key", "  P1:"),
    ("top key missing", "people:", "extra: {}\npeople:", "contacts.unknown-key", "extra:"),
    (
        "person twice",
        "  한나리:\n",
        "  이가람: {a: b}\n  한나리:\n",
        "yaml.duplicate-key",
        "  이가람: {",
    ),
    (
        "key twice",
        "    agit: garam\n",
        "    agit: garam\n    title: 대리\n",
        "yaml.duplicate-key",
        "    title: 대",
    ),
    ("section twice", "rules:", "sender: {}\nrules:", "yaml.duplicate-key", "sender: {}"),
    ("row twice", "  C1:", "  P2: {}\n  C1:", "yaml.duplicate-key", "  P2: {}"),
    (
        "twice but for spaces",
        "  누리빌딩: {}",
        "  누리  빌딩: {}\n  누리 빌딩: {}",
        "yaml.duplicate-key",
        "  누리 빌딩",
    ),
    (
        "unknown person in to",
        "to: [이가람]",
        "to: [이가림]",
        "contacts.unknown-person",
        "to: [이가림]",
    ),
    ("unknown person in cc", "cc: [박도윤]", "cc: [박도운]", "contacts.unknown-person", "cc: ["),
    ("unknown group", "mentions: [한나리]", "mentions: [담장]", "contacts.unknown-person", "담장"),
    ("unknown member", "[이가람, 박도윤]", "[이가람, 박도연]", "contacts.unknown-person", "박도연"),
    (
        "unknown contact",
        "contacts: [이가람]",
        "contacts: [이기람]",
        "contacts.unknown-person",
        "이기람",
    ),
    (
        "unknown partner of a row",
        "    partner: other\n",
        "    partner: gaom\n",
        "contacts.unknown-partner",
        "gaom",
    ),
    (
        "unknown partner of a site",
        "    partner: gaon\n    integration: manual\n    con",
        "    partner: gaom\n    integration: manual\n    con",
        "contacts.unknown-partner",
        "gaom",
    ),
    (
        "unknown exception",
        "      other:\n        channel: b",
        "      othr:\n        channel: b",
        "contacts.unknown-partner",
        "othr",
    ),
    (
        "unknown site of a row",
        "    authority: lead\n    to:",
        "    authority: lead\n    site: 나온타워\n    to:",
        "contacts.unknown-site",
        "나온",
    ),
    (
        "unknown site of a rule",
        "sites: [가온타워]",
        "sites: [가온타위]",
        "contacts.unknown-site",
        "타위",
    ),
    ("same address", "doyun@example.co.kr", "GARAM@Example.com", "contacts.same-address", "GARAM"),
    (
        "the sender's address",
        "doyun@example.co.kr",
        "Parking-CS@example.com",
        "contacts.same-address",
        "Parking",
    ),
    ("same handle", "agit: nari", "agit: Garam", "contacts.same-agit", "Garam"),
    ("no at sign", "garam@example.com", "garam.example.com", "contacts.address", "garam.e"),
    ("two at signs", "garam@example.com", "garam@@example.com", "contacts.address", "garam@@"),
    (
        "angle brackets",
        "garam@example.com",
        "이가람 <garam@example.com>",
        "contacts.address",
        "<garam",
    ),
    ("Korean address", "garam@example.com", "가람@example.com", "contacts.address", "가람@"),
    ("sender's address", "parking-cs@example.com", "parking-cs", "contacts.address", "parking-cs"),
    ("unknown channel", "channel: email", "channel: fax", "contacts.unknown-value", "fax"),
    ("unknown authority", "authority: all", "authority: chief", "contacts.unknown-value", "chief"),
    (
        "unknown case",
        "cases: [cancellation]",
        "cases: [cancelation]",
        "contacts.unknown-value",
        "cancelation",
    ),
    (
        "unknown integration",
        "integration: manual\n    channel",
        "integration: hand\n    channel",
        "contacts.unknown-value",
        "hand",
    ),
    ("unknown answer", "answer: accepted", "answer: maybe", "contacts.unknown-value", "maybe"),
    ("unknown fallback", "site-down", "site-dwn", "contacts.unknown-value", "site-dwn"),
    (
        "unreachable",
        "  C1:",
        "  Z1:\n    cases: [lot-info]\n    partner: other\n    site: 가온타워\n    item: fee\n"
        "    channel: admin\n    authority: all\n  C1:",
        "contacts.site-of-other",
        "site: 가온타워",
    ),
    (
        "no integration fits",
        "    partner: other\n    ch",
        "    partner: gaon\n    site: 가온타워\n    integration: integrated\n    ch",
        "contacts.unreachable-row",
        "  P2:",
    ),
    (
        "two rows for one question",
        "    partner: other\n    ch",
        "    partner: gaon\n    ch",
        "contacts.two-routes",
        "  P2:",
    ),
    (
        "follows nothing",
        "follows: {case: plate-change,",
        "follows: {case: lot-info,",
        "contacts.follows-nothing",
        "  C1:",
    ),
    ("glued title", "  박도윤:", "  박도윤대리:", "contacts.glued-title", "  박도윤대리:"),
    (
        "surname only",
        "    title: 주임\n",
        "    name: 이주임\n",
        "contacts.surname-only",
        "  이가람:",
    ),
    (
        "telling part of one letter",
        "  누리빌딩: {}",
        "  누리빌딩: {near: [누리, 누]}",
        "contacts.near-short",
        "  누리빌딩:",
    ),
    (
        "somebody of no known partner",
        "    nicknames: [가람]\n",
        "    nicknames: [가람]\n    partner: gaonn\n",
        "contacts.unknown-partner",
        "    partner: gaonn",
    ),
    ("polite title", "title: 주임", "title: 주임님", "contacts.title", "주임님"),
    (
        "nobody reachable",
        "    agit: nari\n",
        "    mailbox: true\n",
        "contacts.unreachable-person",
        "  한나리:",
    ),
    (
        "mention without handle",
        "mentions: [한나리]",
        "mentions: [박도윤]",
        "contacts.no-agit",
        "mentions: [박",
    ),
    ("mail without address", "cc: [박도윤]", "cc: [한나리]", "contacts.no-address", "cc: [한"),
    ("handle with @", "agit: nari", 'agit: "@nari"', "contacts.handle", "@nari"),
    (
        "to without mail",
        "    channel: email\n",
        "    channel: slack\n",
        "contacts.not-email",
        "    to:",
    ),
    (
        "mentions in a mail",
        "    note: 확",
        "    mentions: [한나리]\n    note: 확",
        "contacts.not-post",
        "mentions: [한나리]\n    note",
    ),
    ("recipient twice", "cc: [박도윤]", "cc: [이가람]", "contacts.recipient-twice", "cc: [이"),
    (
        "twice through a group",
        "cc: [박도윤]",
        "cc: [담당]",
        "contacts.recipient-twice",
        "cc: [담당",
    ),
    ("twice in one list", "cc: [박도윤]", "cc: [박도윤, 박도윤]", "contacts.twice", "cc: [박"),
    ("mixed to", "to: [이가람]", "to: [이가람, monthly-list]", "contacts.mixed-to", "to: [이"),
    ("nobody to write to", "    to: [이가람]\n", "", "contacts.no-to", "  P1:"),
    (
        "list without partner",
        "    channel: board\n        method",
        "    channel: email\n        to: monthly-list\n        method",
        "contacts.list-without-partner",
        "to: monthly",
    ),
    (
        "site without contacts",
        "to: [이가람]",
        "to: site-contacts",
        "contacts.site-without-contacts",
        "to: site",
    ),
    (
        "condition of another case",
        "    note: 확",
        "    item: fee\n    note: 확",
        "contacts.foreign-condition",
        "item: fee",
    ),
    ("group named as a person", "  담당:", "  한나리:", "contacts.group-is-person", "  한나리: ["),
    ("alias of two", "aliases: [GAON]", "aliases: [그외]", "contacts.same-name", "  other:"),
    ("unknown link", "links: [공지]", "links: [공자]", "contacts.unknown-link", "links: [공자]"),
    ("not a link", "https://example.com/n", "www.example.com/n", "contacts.not-link", "www.ex"),
    ("not a flag", "four_eyes: true", "four_eyes: yes", "contacts.not-flag", "four_eyes"),
    ("not a date", "2026-12-31", "12/31", "contacts.not-date", "12/31"),
    ("not text", "note: 확인하세요.", "note: [a]", "contacts.not-text", "note: [a]"),
    ("not a list", "cc: [박도윤]", "cc: {a: b}", "contacts.not-list", "cc: {"),
    (
        "not a mapping",
        "team:\n",
        "team: 우리\nsettings:\n",
        "yaml.duplicate-key",
        "settings:\n  count",
    ),
    ("empty", "title: 주임", "title:", "contacts.empty", "title:"),
    ("control character", "note: 확인하세요.", 'note: "a\\u0007"', "contacts.character", "note: "),
    ("encoded word", "note: 확인하세요.", 'note: "=?utf-8?q?x?="', "contacts.character", "note: "),
]


@pytest.mark.parametrize(
    ("old", "new", "code", "marker"),
    [pytest.param(*change[1:], id=change[0]) for change in CHANGES],
)
def test_each_fault_has_its_code_and_line(old: str, new: str, code: str, marker: str) -> None:
    changed = GOOD.replace(old, new, 1)
    assert changed != GOOD
    assert (code, line_of(changed, marker)) in found(changed)


def test_all_problems_come_at_once() -> None:
    changed = GOOD
    for old, new in (
        ("parking-cs@example.com", "parking-cs"),
        ("title: 주임", "titel: 주임"),
        ("agit: nari", "agit: nari\n    agit: nara"),
        ("channel: email", "channel: fax"),
        ("cc: [박도윤]", "cc: [박두윤]"),
        ("mentions: [한나리]", "mentions: [한나래]"),
    ):
        changed = changed.replace(old, new, 1)
    assert [one.code for one in problems(changed)] == [
        "contacts.address",
        "contacts.unknown-key",
        "yaml.duplicate-key",
        "contacts.unknown-value",
        "contacts.not-email",
        "contacts.not-email",
        "contacts.unknown-person",
        "contacts.unknown-person",
    ]


def test_what_was_meant_is_named() -> None:
    (typo,) = problems(GOOD.replace("title: 주임", "titel: 주임"))
    assert typo.data["meant"] == "title"
    (person,) = problems(GOOD.replace("to: [이가람]", "to: [이가림]"))
    assert person.data["meant"] == "이가람"
    assert "'titel'은" in message(typo) or "titel" in message(typo)


def test_one_change_one_problem() -> None:
    changed = GOOD.replace("    cc: [박도윤]", "\n    cc: [박도연]")
    assert found(changed) == [("contacts.unknown-person", line_of(changed, "박도연]\n    note"))]


@pytest.mark.parametrize("section", ["sender", "people", "partners", "routes"])
def test_a_missing_section_is_a_problem_and_no_crash(section: str) -> None:
    document = yaml.safe_load(GOOD)
    del document[section]
    text = yaml.safe_dump(document, allow_unicode=True)
    assert ("contacts.missing-key", 1) in found(text)


@pytest.mark.parametrize("section", sorted(yaml.safe_load(GOOD)))
@pytest.mark.parametrize(
    "value", ["", " 글자", " [a, b]", " {a: b}", " {a: {b: {c: d}}}", " [[a]]"]
)
def test_any_section_may_be_anything(section: str, value: str) -> None:
    document = yaml.safe_load(GOOD)
    del document[section]
    text = yaml.safe_dump(document, allow_unicode=True) + f"{section}:{value}\n"
    try:
        check_document(text.encode())
    except DirectoryError as error:
        for one in error.problems:
            assert message(one)
            assert hint(one)


class TestYaml:
    """What a plain YAML loader would let through, or die of."""

    @pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            ("a:\n\tb: 1\n", "yaml.tab", 2),
            ("a: 1\nb: [1\nc: 2\n", "yaml.bracket", 2),
            ("a:\n  b：1\n  c: 2\n", "yaml.full-width", 2),
            ("a:\n  b:1\n  c: 2\n", "yaml.colon-space", 2),
            ("a: 1\nb: [1， 2\nc: 2\n", "yaml.full-width", 2),
            ("a: 1\nb: c: d\n", "yaml.syntax", 2),
            ('a: "x\n', "yaml.syntax", 2),
            ("a: 1\n---\nb: 2\n", "yaml.documents", 2),
            ("a: 1\nb: &x [1]\n", "yaml.alias", 2),
            ("a: *x\n", "yaml.alias", 1),
            ("# 가나다라마\n\na: \x07\nb: 1\nc: 1\n", "yaml.character", 3),
            ("", "contacts.nothing", 1),
            ("# nothing\n\n", "contacts.nothing", 1),
            ("글자", "contacts.not-mapping", 1),
            ("- a\n- b\n", "contacts.not-mapping", 1),
        ],
    )
    def test_refused(self, text: str, code: str, line: int) -> None:
        assert found(text) == [(code, line)]

    def test_complex_key(self) -> None:
        assert ("yaml.key", 1) in found("? [a]\n: b\n")

    def test_the_slower_loader_counts_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(yaml, "CBaseLoader")
        assert found("# 가나다라마\n\na: \x07\nb: 1\nc: 1\n") == [("yaml.character", 3)]
        assert loaded(GOOD).people["이가람"].title == "주임"

    def test_a_billion_laughs_end_at_once(self) -> None:
        lines = ["a0: &a0 [x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
        assert found("\n".join(lines)) == [("yaml.alias", 1)]

    @pytest.mark.parametrize(
        "bomb", ["[" * 10_000, "{" * 10_000, "- " * 10_000, "[" * 22 + "]" * 22]
    )
    def test_a_depth_bomb_ends_at_once(self, bomb: str) -> None:
        assert found(bomb) == [("yaml.depth", 1)]

    @pytest.mark.parametrize("tag", ["!!python/object/apply:os.getcwd", "!!binary", "!x"])
    def test_tags_make_nothing(self, tag: str) -> None:
        changed = GOOD.replace("note: 확인하세요.", f"note: {tag} []")
        assert found(changed) == [("contacts.not-text", line_of(changed, "note:"))]

    def test_a_merge_key_is_only_a_name(self) -> None:
        changed = GOOD.replace("    note: 확", "    <<: {channel: fax}\n    note: 확")
        assert found(changed) == [("contacts.unknown-key", line_of(changed, "<<"))]

    def test_names_stay_text(self) -> None:
        changed = (
            GOOD.replace("이가람", "No").replace("박도윤", "1e3").replace("한나리", "2026-11-23")
        )
        assert set(loaded(changed).people) == {"No", "1e3", "2026-11-23"}
        assert loaded(changed).routes[0].delivery.to == ("No",)
        assert loaded(GOOD.replace("이가람", "null")).people["null"].agit == "garam"

    def test_what_is_quoted_is_not_nothing(self) -> None:
        root, wrong = compose('a: ""\nb:\n')
        assert not wrong
        assert root is not None


class TestBytes:
    """How the file lies on the disk."""

    def test_a_bom_is_accepted(self) -> None:
        assert loaded(GOOD.encode("utf-8-sig")) == loaded(GOOD)

    def test_windows_line_ends(self) -> None:
        assert loaded(GOOD.replace("\n", "\r\n")) == loaded(GOOD)
        changed = GOOD.replace("cc: [박도윤]", "cc: [박도연]").replace("\n", "\r\n")
        assert found(changed) == [("contacts.unknown-person", line_of(changed, "박도연"))]

    def test_decomposed_korean_is_the_same_name(self) -> None:
        import unicodedata

        changed = GOOD.replace("to: [이가람]", unicodedata.normalize("NFD", "to: [이가람]"))
        assert changed != GOOD
        assert loaded(changed) == loaded(GOOD)

    def test_not_utf8(self) -> None:
        assert found(b"a: 1\n" + "b: 가\n".encode("cp949")) == [("contacts.not-utf8", 2)]
        assert found(GOOD.encode("utf-16"))[0][0] == "contacts.not-utf8"

    def test_a_huge_file_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / NAME
        path.write_bytes(b"#" * (MAX_BYTES + 1))
        with pytest.raises(DirectoryError) as caught:
            load_directory(path)
        assert [one.code for one in caught.value.problems] == ["contacts.too-large"]

    def test_missing_or_a_folder(self, tmp_path: Path) -> None:
        for path in (tmp_path / NAME, tmp_path):
            with pytest.raises(DirectoryError) as caught:
                load_directory(path)
            (only,) = caught.value.problems
            assert only.code == "contacts.unreadable"
            assert message(only)

    def test_errors_are_found_again(self, tmp_path: Path) -> None:
        path = tmp_path / NAME
        path.write_text(GOOD.replace("channel: email", "channel: fax"), "utf-8")
        for _ in range(2):
            with pytest.raises(DirectoryError):
                load_directory(path)
        path.write_text(GOOD, "utf-8")
        assert load_directory(path).routes


@pytest.mark.parametrize(
    ("address", "placeholder"),
    [
        ("parking-cs@example.com", True),
        ("Parking-CS@EXAMPLE.com", True),
        ("parking-cs@example.co.kr", False),
        ("parking-cs@gaon.example.com", False),
    ],
)
def test_which_sender_is_the_shipped_one(address: str, placeholder: bool) -> None:
    directory = loaded(GOOD)
    sender = directory.sender._replace(address=address)
    assert directory._replace(sender=sender).sender_is_placeholder is placeholder


class TestWording:
    """Every problem has words, and every word a problem."""

    def strings(self) -> Iterator[str]:
        """Every string that is in the form of a code."""
        for path in SOURCES.rglob("*.sql"):
            yield from re.findall(r"RAISE\(ABORT, '([^']+)'\)", path.read_text("utf-8"))
        for path in SOURCES.rglob("*.py"):
            if path.parent.name == "wording" or path.name == "codes.py":
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value

    def test_every_code_has_words_and_every_word_a_code(self) -> None:
        """``codes.py`` has them all; mypy sees to it that no other code stands anywhere."""
        declared = {code for area in get_args(Code) for code in get_args(area)}
        assert declared == set(WORDS)
        assert declared <= set(self.strings())

    def calls(self) -> Iterator[tuple[str, Code, set[str]]]:
        """Code and data of every problem whose data stand in the call."""
        for path in SOURCES.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                first, keys = node.args[0], {one.arg for one in node.keywords}
                if not isinstance(first, ast.Constant) or first.value not in WORDS:
                    continue
                code = first.value
                name = ast.unparse(node.func).rpartition(".")[2]
                where = f"{path.name}:{node.lineno}"
                if name in ("problem", "refusal", "wrong_at", "wrong") and None not in keys:
                    if path.parent.name != "tables":  # these add the file's name themselves
                        yield where, code, {str(key) for key in keys}
                elif name == "Problem":
                    data = [one.value for one in node.keywords if one.arg == "data"]
                    data += node.args[3:4]
                    if not data:
                        yield where, code, set()
                    elif isinstance(data[0], ast.Dict) and None not in data[0].keys:
                        literal = {
                            key.value for key in data[0].keys if isinstance(key, ast.Constant)
                        }
                        yield where, code, {str(key) for key in literal}

    def test_no_placeholder_stays_empty(self) -> None:
        checked = 0
        for where, code, data in self.calls():
            for words in WORDS[code]:
                wanted = {name for _, name, _, _ in string.Formatter().parse(words) if name}
                lacks = wanted - data - {"field"}
                assert not lacks, f"{where}: {code} lacks {lacks}"
            checked += 1
        assert checked > 60

    def test_no_wording_names_an_option_and_every_field_it_names_is_one(self) -> None:
        """``{field:new-plate}`` is an option, a box of the page, or of a row its column."""
        only_commands = {"copy.mail", "web.port"} | {
            code for code in WORDS if code.startswith("serve.")
        }
        named = 0
        for code, (says, elsewhere, there) in WORDS.items():
            assert not re.search("--[a-z]", says + elsewhere + there), code
            for words, on_page in ((says, True), (there, True), (says, False), (elsewhere, False)):
                parts = string.Formatter().parse(words)
                for field in (spec or "" for _, name, spec, _ in parts if name == "field"):
                    if on_page and code in only_commands:
                        continue
                    named += 1
                    told = fill(f"{{field:{field}}}", Problem(code), on_page=on_page)
                    assert (f"--{field}" in told) is not on_page, code
                    row = fill(f"{{field:{field}}}", Problem(code, row=12), on_page=on_page)
                    assert field not in FIELDS or "--" not in row, code
        assert named > 20

    def test_whoever_shows_wordings_does_not_take_them_apart(self) -> None:
        """Words are for people: what code has to know of a problem, its code and data say."""
        pattern = re.compile(r"^import re$|import lazy$", re.MULTILINE)
        paths = [
            path for room in ("cli", "web", "present") for path in (SOURCES / room).rglob("*.py")
        ]
        using = {path.name for path in paths if pattern.search(path.read_text("utf-8"))}
        # what a terminal obeys, options that were typed, tokens that name a folder
        assert using == {"layout.py", "usage.py", "runs.py", "uploads.py"}
