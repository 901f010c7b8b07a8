"""A made-up centre's work for the benchmarks: one home, its tables, and what its peers need.

Everybody is fictional and every address on example.com; equal arguments give equal files. All
programs make the same mails: one To out of a list of contacts, eight Cc, and a Korean text of
40 lines. Addresses are as long as a company's may be, 34 characters on average.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
SENDER = ("주차 고객센터", "shared-desk@example.com")
FAMILY = {
    **{"김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung"},
    **{"강": "kang", "조": "cho", "윤": "yoon", "장": "jang", "임": "lim"},
}
GIVEN = {
    **{"하늘": "haneul", "서연": "seoyeon", "도윤": "doyun", "바다": "bada", "가람": "garam"},
    **{"나래": "narae", "은솔": "eunsol", "다온": "daon", "지우": "jiwoo", "예린": "yerin"},
}
TITLES = ["주임", "대리", "과장", "매니저", "팀장", "책임", "선임", "소장"]
Person = tuple[str, str, str]
"""Name, title and address."""
WEEKDAYS = "월화수목금토일"
DETAILS = """\
변경을 마치신 뒤 이 메일에 회신해 주시면
고객께 바로 안내하겠습니다.

처리하실 때 함께 살펴봐 주시기 바라는 점을 적어 드립니다.
첫째, 기존차량은 변경차량이 등록된 뒤에 지워 주세요.
두 차량이 함께 등록되어 있는 동안에는 요금이 부과되지 않습니다.
둘째, 적용일자 이전에 변경차량이 입차하면
일반 요금이 부과되므로 고객께 미리 말씀드렸습니다.
셋째, 같은 차량번호가 다른 상품에 등록되어 있으면
등록하지 마시고 저희에게 먼저 알려 주세요.
넷째, 차단기의 번호 인식이 되지 않는 차량은
현장에서 번호판 상태를 확인해 주시면 됩니다.
확인하신 내용은 회신에 함께 적어 주세요.

처리 기준은 다음과 같습니다.
오전에 드린 요청은 당일 오후 다섯 시까지,
오후에 드린 요청은 다음 영업일 오전까지 부탁드립니다.
주말과 공휴일에 드린 요청은 다음 영업일에 처리하셔도 됩니다.
고객이 현장에서 기다리는 건은 제목에 긴급이라고 적습니다.

처리 결과는 건마다 따로 회신해 주세요.
한꺼번에 회신하시면 고객께 안내가 늦어질 수 있습니다.
항상 신속하게 도와주셔서 깊이 감사드립니다.
"""
"""The 23 lines with which this partner's mails differ from everybody's: 40 in all."""
BODY = (
    """\
안녕하세요, {{ name }} {{ title }}님.
주차 고객센터입니다.

{{ site }} 정기권의 차량번호 변경을 요청드립니다.

주차현장 : {{ site }}
기존차량 : {{ old_plate }}
변경차량 : {{ new_plate }}
적용일자 : {{ day }}
접수번호 : {{ ticket }}

"""
    + DETAILS
    + f"""\
처리가 어려우시면 사유를 알려 주시기 바랍니다.

감사합니다.

주차 고객센터 드림
회신 : {SENDER[1]}
"""
)
"""The whole text, as the peers have it in their one template."""
SUBJECT = (
    "[정기권 차량번호 변경 요청] {{ site }} / {{ old_plate[-4:] }}→{{ new_plate[-4:] }}"
    " / 접수 {{ ticket }}"
)
_SYLLABLES = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주"
_FIRST = ["가온", "새봄", "누리", "마루", "한별", "다온", "라온", "은하", "초록", "푸른"]
_SECOND = ["타워", "빌딩", "프라자", "스퀘어", "센터", "몰", "오피스텔", "파크"]


def person(number: int, tail: str = "") -> Person:
    """One of the made-up people; ``tail`` makes the address another one."""
    family, latin_family = list(FAMILY.items())[number % len(FAMILY)]
    given, latin_given = list(GIVEN.items())[number // len(FAMILY) % len(GIVEN)]
    address = f"{latin_given}.{latin_family}{tail}@gaonparking.example.com"
    return family + given, TITLES[number % len(TITLES)], address


COPIED = [person(number * 11) for number in range(8)]
"""The eight who stand in Cc of every mail."""


def make_home(folder: Path, *, listed: bool = True) -> Path:
    """A home whose one partner gets e-mails: To out of its monthly list, eight Cc.

    Without a list (not ``listed``) To is the first of the eight.
    """
    shutil.copytree(ROOT / "templates", folder / "templates")
    people = "".join(
        f"  {name}:\n    title: {title}\n    address: {address}\n"
        for name, title, address in COPIED
    )
    first, *rest = (name for name, *_ in COPIED)
    to, cc = ("monthly-list", [first, *rest]) if listed else (f"[{first}]", rest)
    (folder / "contacts.yaml").write_text(
        f"sender:\n  name: {SENDER[0]}\n  address: {SENDER[1]}\n"
        "team:\n  leads: [bench]\n"
        f"people:\n{people}"
        "partners:\n  gaon:\n    name: 가온주차\n"
        "routes:\n  B1:\n    cases: [plate-change]\n    partner: gaon\n    integration: manual\n"
        f"    channel: email\n    authority: lead\n    to: {to}\n    cc: [{', '.join(cc)}]\n",
        encoding="utf-8",
    )
    own = folder / "templates" / "email" / "gaon"
    own.mkdir()
    (own / "plate-change.txt").write_text(
        '{% extends "email/plate-change.txt" %}\n{% block closing %}\n'
        f"{DETAILS}{{% endblock %}}\n",
        encoding="utf-8",
    )
    return folder


Contact = tuple[str, str, str, str]
"""A site, and its person's name, title and address."""


def contacts(count: int) -> list[Contact]:
    """So many people, each at a site of their own."""
    chosen = random.Random(count)
    return [
        (
            f"{chosen.choice(_FIRST)}{chosen.choice(_SECOND)} {number}호",
            *person(chosen.randrange(100), str(number)),
        )
        for number in range(1, count + 1)
    ]


def write_contacts(path: Path, people: Sequence[Contact]) -> Path:
    """The list as ``contacts import`` takes it."""
    return _write(path, ("현장명", "담당자", "직함", "이메일"), people)


def write_cases(path: Path, people: Sequence[Contact], count: int) -> Path:
    """So many plate changes as a table for ``batch``."""
    header = ["업무", "운영사", "현장명", "기존차량번호", "변경차량번호", "적용일", "접수번호"]
    rows = (
        ("차량번호 변경", "가온주차", site, old, new, day.isoformat(), ticket)
        for (site, *_), old, new, day, ticket in _cases(people, count)
    )
    return _write(path, header, rows)


def write_peer_rows(path: Path, people: Sequence[Contact], count: int) -> Path:
    """The same cases for a program that knows no directory: everything in its row."""
    header = ["site", "name", "title", "email", "old_plate", "new_plate", "day", "ticket"]
    rows = (
        (*person, old, new, f"{day}({WEEKDAYS[day.weekday()]})", ticket)
        for person, old, new, day, ticket in _cases(people, count)
    )
    return _write(path, header, rows)


def write_mailmerge(folder: Path) -> tuple[Path, Path]:
    """Template and configuration for ``mailmerge``; it sends nothing in a dry run."""
    template, config = folder / "mailmerge.txt", folder / "mailmerge.conf"
    copied = ", ".join(f"{name} {title} <{address}>" for name, title, address in COPIED)
    template.write_text(
        "TO: {{ name }} {{ title }} <{{ email }}>\n"
        f"CC: {copied}\n"
        f"SUBJECT: {SUBJECT}\n"
        f"FROM: {SENDER[0]} <{SENDER[1]}>\nREPLY-TO: {SENDER[0]} <{SENDER[1]}>\n\n{BODY}",
        encoding="utf-8",
    )
    config.write_text("[smtp_server]\nhost = localhost\nport = 25\n", encoding="utf-8")
    return template, config


def _cases(people: Sequence[Contact], count: int) -> Iterator[tuple[Contact, str, str, date, str]]:
    """Person, old and new plate, day and ticket; every plate is another one."""
    chosen = random.Random(count)
    today = date.today()
    for number in range(count):
        front, serial = divmod(number, 9000)
        one, other = chosen.choice(_SYLLABLES), chosen.choice(_SYLLABLES)
        yield (
            people[number % len(people)],
            f"{front % 60 + 10}{one}{serial + 1000}",
            f"{front % 500 + 110}{other}{9999 - serial}",
            today + timedelta(days=number % 20),
            f"1123-{number:06d}",
        )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
