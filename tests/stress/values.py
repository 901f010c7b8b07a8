"""Values that no agent means, in every field of every route: nobody else is written to.

    python tests/stress/values.py 45000

Each value is put into one field of a case that is sound otherwise, alone or around the field's
own example, and taken through the pure step from details to draft. Either it is refused, or the
draft has the recipients, sender and header fields that its route has without it, and the text
that can be pasted does nothing but stand there. How long the slowest took is told, not judged.
"""

from __future__ import annotations

import argparse
import email
import itertools
import random
import re
import shutil
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft import Home
from parkdraft.decide.details import read_details
from parkdraft.decide.overview import questions
from parkdraft.decide.routing import Question, matching
from parkdraft.drafting import compose
from parkdraft.errors import ParkdraftError
from parkdraft.formulas import FORMULA_SIGNS
from parkdraft.lookup.sites import SiteData
from parkdraft.model.cases import CASES, RULE_FIELDS, Case
from parkdraft.results import Result
from parkdraft.writing.compose import check

REPOSITORY = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 10, 0)
SITE = "가온타워"
LIST = f"현장명,담당자,이메일,직함\n{SITE},김하늘,haneul.kim@example.com,소장\n"

_CONTROLS = [*map(chr, (*range(0x20), *range(0x7F, 0xA0))), "\u2028", "\u2029", "\r\n", "\ud800"]
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u2060\u2064\u3164\ufe0f\ufeff\uffa0"
)
_DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\U000e0001"
_WORDS = ("=?utf-8?b?DQpCY2M6IHhAZXhhbXBsZS5jb20=?=", "=?utf-8?q?=0D=0ABcc:_x@example.com?=")
_HEADERS = ("Bcc: x@example.com", '"김", <x@example.com>', "x@example.com,", "%0D%0ABcc=x@e.kr")
KINDS: Mapping[str, tuple[str, ...]] = {
    "control": tuple(f"{one}{more}" for one in _CONTROLS for more in ("", _HEADERS[0])),
    "invisible": tuple(_UNSEEN),
    "direction": tuple(_DIRECTIONS),
    "encoded-word": (
        *_WORDS,
        *(word.replace("=?", f"={one}?") for word in _WORDS for one in _UNSEEN + _DIRECTIONS),
        *(unicodedata.normalize("NFD", f"＝？{word[2:]}") for word in _WORDS),
        *("=?", "?=", "=", "?utf-8?q?=0D=0ABcc:x?="),
    ),
    "template": (
        *("{{ sender.address }}", "{{ 7*7 }}", "{% include 'email/frame.txt' %}", "{#", "{{", "%}"),
        *("{{ ''.__class__ }}", "{name}", "%s", "${x}", "\\1", "\\r\\n"),
    ),
    "formula": (
        *("=HYPERLINK('x')", "+82", "-1", "@SUM(1)", "＝1", "＋1", "－1", "＠1", '"', "'=1", "''"),
        *("\t=1", "a\tb", "a\r\n=1"),
    ),
    "recipient": (*_HEADERS, "@everyone", "@jacky.114", "\n@here", "&cc=x@example.com", "From x"),
    "huge": (
        *("가" * 1_000_000, "a" * 2_000_000, "0" * 300_000, " " * 1_000_000, "=?" * 100_000),
        *("e" + "\u0301\u0323" * 500_000, "\u200b" * 500_000, "ᄀ" * 300_000, "\n" * 300_000),
        *("e" + "\u0301\u0323" * 90, "e" + "\u0301\u0323" * 990, "12가3456 " * 20_000),
        *("900101-" * 50_000, "4111 " * 100_000, "<" * 300_000, "=1\n" * 100_000, "1," * 90),
    ),
}


class Start(NamedTuple):
    """A sound case: its details, and the draft that they make."""

    case: Case
    details: dict[str, str]
    made: Result


class Aim(NamedTuple):
    """What must not change of a draft, whatever is typed: who, and which header fields."""

    who: dict[str, Any]
    state: str
    headers: tuple[tuple[str, str | None], ...]
    cells: int
    link: str


@dataclass
class Trial:
    """What came of many values."""

    tried: int = 0
    refused: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    rows: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)


def made_home(root: Path) -> Home:
    """The shipped directory and templates, with this month's list for who needs one."""
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    shutil.copy(REPOSITORY / "contacts.yaml", root / "contacts.yaml")
    home = replace(Home.open(root), now=lambda: NOW, login=lambda: "tester")
    for partner in home.directory.listed_partners:
        path = root / "sites" / partner / f"{NOW:%Y-%m}.csv"
        path.parent.mkdir(parents=True)
        path.write_text(LIST, encoding="utf-8")
    return home


def starts(home: Home, known: SiteData) -> Iterator[Start]:
    """One sound case for each row, partner, site and fallback that there is."""
    seen = set()
    for case in CASES.values():
        for question in questions(home.directory, case):
            rows = matching(home.directory, question)
            key = (case.name, rows[0].row if rows else "", question.partner, question.site)
            if len(rows) != 1 or key in seen:
                continue
            for details in _samples(home, case, question):
                found = _made(home, known, case, details)
                if found and found.draft:
                    seen.add(key)
                    yield Start(case, details, found)
                    yield from _fallbacks(home, known, case, details, found)
                    break


def _samples(home: Home, case: Case, question: Question) -> Iterator[dict[str, str]]:
    """All details that a case may have, and only what it needs; by the fields' examples."""
    partner = home.directory.partners.get(question.partner or "")
    nameless = ("operator",) if partner and partner.catch_all else ()
    asked = {
        "partner": question.partner,
        "site": question.site or SITE,
        "integration": question.integration,
        case.decides: question.decides,
    }
    elsewhere = {"fallback", "partner", "operator", *RULE_FIELDS} - {*nameless}
    most = {one.name: one.example for one in case.fields if one.name not in elsewhere}
    for names in (most, (*case.needs, *nameless)):
        details = {name: text for name, text in most.items() if name in names}
        yield details | {name: text for name, text in asked.items() if name and text}


def _made(home: Home, known: SiteData, case: Case, details: Mapping[str, str]) -> Result | None:
    try:
        return compose(home.today(known), case.name, details)
    except ParkdraftError:
        return None


def _fallbacks(
    home: Home, known: SiteData, case: Case, details: dict[str, str], found: Result
) -> Iterator[Start]:
    decision = found.decision
    for name in decision.fallbacks:
        other = {**details, "fallback": name}
        made = _made(home, known, case, other)
        if made:
            yield Start(case, other, made)


def aim_of(made: Result) -> Aim:
    """What must not change of this draft."""
    decision, draft = made.decision, made.draft
    assert decision.state is not None
    assert draft is not None
    headers: tuple[tuple[str, str | None], ...] = ()
    if draft.mail:
        parsed = email.message_from_bytes(draft.content)
        headers = tuple(
            (name, text if name != "Subject" else None) for name, text in parsed.items()
        )
    cells = draft.body.count("\t") if draft.suffix == ".tsv" else 0
    link = re.split("[?&]subject=", draft.mailto.url)[0] if draft.mailto else ""
    return Aim(decision.recipients(), decision.state, headers, cells, link)


def route_of(made: Result) -> tuple[object, ...]:
    """The route that a draft takes; where the site or the answer is typed, it may be another."""
    decision = made.decision
    fallback = decision.values["fallback"]
    return decision.case.name, decision.place.partner, decision.row, decision.channel, fallback


def faults(made: Result, aim: Aim | None) -> Iterator[str]:
    """What is wrong with a draft that was made of a value that nobody means."""
    draft = made.draft
    assert draft is not None
    if aim is None:
        yield "a route that no sound case takes"
        return
    found = aim_of(made)
    for name in ("who", "state", "headers", "cells"):
        if getattr(found, name) != getattr(aim, name):
            yield f"another {name}"
    if found.link and aim.link and found.link != aim.link:
        yield "another link"
    try:
        check(draft, draft.content)
    except ParkdraftError as error:
        yield f"does not read back: {error}"
    yield from (*_mail_faults(made), *_pasted_faults(made, aim), *_text_faults(made))


def _pasted_faults(made: Result, aim: Aim) -> Iterator[str]:
    """Of a row: it is one row of texts. Of a post: its mentions stand first, alone."""
    draft = made.draft
    assert draft is not None
    if draft.suffix == ".tsv":
        if len(draft.body.splitlines()) != 1:
            yield "a row of several lines"
        if any(cell.startswith((*FORMULA_SIGNS, '"')) for cell in draft.body.split("\t")):
            yield "a formula"
    elif aim.who["mentions"]:
        first = " ".join(f"@{handle}" for handle in aim.who["mentions"])
        if not draft.body.startswith(f"{first}\n\n"):
            yield "other mentions"


def _text_faults(made: Result) -> Iterator[str]:
    subject = (made.draft.subject if made.draft else None) or ""
    for text in (subject, made.customer or ""):
        if re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text):
            yield "a control character"
    if "=?" in unicodedata.normalize("NFKC", subject):
        yield "an encoded word in the subject"


def _mail_faults(made: Result) -> Iterator[str]:
    draft = made.draft
    if draft is None or draft.mail is None:
        return
    if not draft.content.isascii():
        yield "not ASCII"
    parsed = email.message_from_bytes(draft.content)
    if parsed.defects or parsed.is_multipart():
        yield "not one plain part"
    if str(make_header(decode_header(str(parsed["Subject"])))) != draft.subject:
        yield "another subject"
    payload = parsed.get_payload(decode=True)
    if not isinstance(payload, bytes) or payload.decode().replace("\r\n", "\n") != draft.body:
        yield "another body"
    if draft.mailto and not re.fullmatch(r"[!-~]+", draft.mailto.url):
        yield "a link that is not ASCII"


def attempts(
    all_starts: list[Start], chosen: random.Random
) -> Iterator[tuple[Start, str, str, str]]:
    """For ever: start, field, kind and value; every field × route × kind once in each round."""
    every = [
        (start, one.name, kind)
        for start, kind in itertools.product(all_starts, KINDS)
        for one in start.case.fields
    ]
    while True:
        chosen.shuffle(every)
        for start, name, kind in every:
            value, example = chosen.choice(KINDS[kind]), start.details.get(name, "")
            middle = len(example) // 2
            placed = (
                *(value, example + value, value + example),
                example[:middle] + value + example[middle:],
            )
            yield start, name, kind, chosen.choice(placed)


def trial(folder: Path, count: int, seed: int = 0) -> Trial:
    """Try so many values in a new home in ``folder``."""
    home = made_home(folder / "home")
    known = home.known(NOW.date())
    all_starts = list(starts(home, known))
    aims = {route_of(start.made): aim_of(start.made) for start in all_starts}
    done = Trial()
    done.rows = {str(route_of(start.made)[2]) for start in all_starts}
    tries = itertools.islice(attempts(all_starts, random.Random(seed)), count)
    for start, name, kind, value in tries:
        details = {**start.details, name: value}
        before = time.perf_counter()
        try:
            made = compose(home.today(known), start.case.name, details)
            read_details(start.case, details, NOW.date())  # as the page does beside it
            found = [] if made.draft is None else list(faults(made, aims.get(route_of(made))))
        except ParkdraftError:
            done.refused += 1
            found = []
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"[:200]]
        took = time.perf_counter() - before
        done.tried += 1
        done.kinds[kind] += 1
        done.slowest = max(done.slowest, took)
        where = f"{route_of(start.made)} --{name} {kind} {ascii(value)[:60]}"
        done.wrong += [f"{where}: {one}" for one in found]
    return done


def main() -> int:
    """Run it; exit 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=45_000, help="how many values")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = trial(Path(folder), asked.count, asked.seed)
    for one in done.wrong[:50]:
        print(one)
    print(f"values: {done.tried} ({', '.join(f'{k} {n}' for k, n in sorted(done.kinds.items()))})")
    print(f"rows: {len(done.rows)}, refused: {done.refused}, slowest: {done.slowest:.2f} s")
    print(f"wrong: {len(done.wrong)}")
    return 1 if done.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
