"""Korean licence plates: from what people type to the one form that is written.

Sources of the rules, named at each: *notice 2013* is the ministry's notice on the letters
and digits of plates, art. 5; *vehicle identifier* the public code korean-vehicle-identifier;
*press* newspaper reports of the year given; *public code* shapes seen there and not in a rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.errors import DetailsError, Problem, problem
from parkdraft.lazy import lazy
from parkdraft.values import hangul
from parkdraft.values.text import drop_widthless, refusal, refuse_unprintable

if TYPE_CHECKING:
    from parkdraft.codes import Code

LONGEST = 20

# Which syllable stands for which use (notice 2013, art. 5; parcel delivery: press 2013).
SYLLABLES = {
    syllable: kind
    for kind, syllables in {
        "private": "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주",
        "rental": "하허호",
        "for-hire": "바사아자",
        "parcel": "배",
    }.items()
    for syllable in syllables
}
# Class digits that do not fit raise a warning only: vehicles for hire have two (press 2021),
# parcels go in trucks (notice 2013), construction machines take the 32 (vehicle identifier).
_FITTING_CLASS = {
    "private": lazy(r"[0-9]{1,3}"),
    "rental": lazy(r"[0-9]{1,2}|[1-9][0-9]{2}"),
    "for-hire": lazy(r"[0-9]{1,2}"),
    "parcel": lazy(r"8[0-9]|9[0-7]"),
}
# Provinces and cities as plates name them (public code; 세종 is the newest).
REGIONS = (
    *("서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기"),
    *("강원", "충북", "충남", "전북", "전남", "경북", "경남", "제주"),
)
# Words of diplomatic plates, followed by three digits twice (notice 2013; press).
DIPLOMATIC = ("외교", "영사", "준외", "준영", "국기", "협정", "대표")

_REGION = f"(?:{'|'.join(REGIONS)})"
_DIPLOMATIC = f"(?:{'|'.join(DIPLOMATIC)})"
# What nearly everybody types: read without the tables below.
_USUAL = re.compile(r"[1-9][0-9]{1,2}(?P<syllable>[가-힣])(?!0000)[0-9]{4}")
_ANY_PLATE = rf"{_DIPLOMATIC}[0-9]{{6}}|[0-9]{{1,3}}[가-힣][0-9]{{4}}|임시?[0-9]{{4,6}}"
_SEPARATORS = lazy(r"[\s.·・‧•∙⋅ㆍᆞ]+")
_DASHES = lazy(r"[-\u2010-\u2015\u2212]+")
_FILLERS = lazy(r"[\u115f\u1160\u3164\uffa0]")
CONFIRMABLE = ("plate.unusual", "plate.latin-letters")
"""Refusals that an agent may overrule: the plate may be of a kind that no rule here knows."""
# What an agent may confirm: Hangul, letters and hyphens with at least one digit.
_CONFIRMED = lazy(r"(?=.*[0-9])[가-힣0-9A-Za-z-]+")


class Plate(NamedTuple):
    """One plate as it is written in a mail.

    ``kind`` is private, rental, for-hire, parcel, construction, old, diplomatic, temporary
    or unusual; ``warnings`` are codes of problems that do not stop a draft.
    """

    written: str
    kind: str
    warnings: tuple[Code, ...] = ()

    def __str__(self) -> str:
        return self.written


_Judged = Plate | list[Problem]


def read_plate(text: str, *, confirmed: bool = False) -> Plate:
    """The plate that the text names; ``confirmed`` accepts a shape no rule here knows.

    Separators, widths and decomposed Hangul do not matter. Raises ``DetailsError`` with
    everything that is wrong; the caller fills in the problems' ``field``.
    """
    usual = _USUAL.fullmatch(text)
    if usual and SYLLABLES.get(usual["syllable"]) == "private":  # no other rule to check
        return Plate(text, "private")
    if len(text) > 5 * LONGEST:
        raise refusal("plate.too-long", maximum=LONGEST)
    dashed = _dashed(text)
    bare = _whole_syllables(dashed.replace("-", ""))
    if len(re.findall(_ANY_PLATE, bare)) > 1:
        raise refusal("plate.two")
    refuse_unprintable(text)
    if re.search(r"[<>&]", bare):
        raise refusal("plate.markup")
    if len(bare) > LONGEST:
        raise refusal("plate.too-long", maximum=LONGEST)
    judged = _judge(bare)
    if isinstance(judged, Plate):
        return judged
    unusual = dashed if len(dashed) <= LONGEST else bare
    if confirmed and _CONFIRMED.fullmatch(unusual) and problem("plate.two") not in judged:
        return Plate(unusual, "unusual", ("plate.confirmed",))
    raise DetailsError(judged)


def _dashed(text: str) -> str:
    """The text in NFKC with whole syllables and single hyphens, and no other separators."""
    compatible = unicodedata.normalize("NFKC", drop_widthless(text))
    compact = _SEPARATORS.sub("", _FILLERS.sub("", compatible))
    return _DASHES.sub("-", _whole_syllables(compact)).strip("-")


def _whole_syllables(text: str) -> str:
    """Letters typed one by one, put together: ``ㅅㅓㅇㅜㄹ`` becomes 서울."""
    return hangul.compose(hangul.jamo(text))


def _judge(bare: str) -> _Judged:
    """The plate, or all that is wrong with it; mistyped Latin letters are undone first."""
    problems: list[Problem] = []
    value = re.sub(r"[A-Za-z|]+", lambda run: _meant(run, problems), bare)
    if re.search(r"[A-Za-z|]", value):
        return [problem("plate.latin-letters")]
    shapes = ((pattern.fullmatch(value), reader) for pattern, reader in _SHAPES)
    judged = next(reader(shape) for shape, reader in shapes if shape)
    return problems + judged if isinstance(judged, list) else problems or judged


# Letters typed for digits that they look like.
_LOOKALIKES = {"O": "0", "o": "0", "l": "1", "I": "1", "|": "1"}
_AS_DIGITS = str.maketrans(_LOOKALIKES)
_RUN = lazy(r"(?P<head>[OolI|]*)(?P<core>.*?)(?P<tail>[OolI|]*)")


def _meant(run: re.Match[str], problems: list[Problem]) -> str:
    """What a run of Latin letters was meant to be; each mistake is added to ``problems``.

    A run without a known meaning comes back as it is.
    """
    first = run.start() == 0
    head, core, tail = "", run[0], ""
    if not _typed_hangul(core, first=first) and (parts := _RUN.fullmatch(core)):
        head, core, tail = parts.groups()
    syllables = _typed_hangul(core, first=first)
    if core and not syllables:
        return run[0]
    for letter in dict.fromkeys(head + tail):
        mistake = problem("plate.latin-digit", letter=letter, digit=_LOOKALIKES[letter])
        problems.extend([] if mistake in problems else [mistake])
    if core:
        problems.append(problem("plate.english-layout", typed=core, meant=syllables))
    return head.translate(_AS_DIGITS) + syllables + tail.translate(_AS_DIGITS)


def _typed_hangul(letters: str, *, first: bool) -> str:
    """What was typed on the English layout: a plate's first word, or one syllable inside.

    Empty where it gives neither: the letters may be meant as such.
    """
    word = hangul.layout_swapped(letters)
    pattern = f"임시?|{_REGION}[가-힣]?|{_DIPLOMATIC}" if first else "[가-힣]|임시"
    return word if re.fullmatch(pattern, word) else ""


def _refuses(code: Code) -> Callable[[re.Match[str]], _Judged]:
    """A function for ``_SHAPES`` that refuses with one code."""
    return lambda _: [problem(code)]


def _diplomatic(shape: re.Match[str]) -> _Judged:
    """Word, three digits, three digits; the only plate that is written with a hyphen."""
    word, digits = shape["word"], shape["digits"]
    if len(digits) != 6:
        return [problem("plate.diplomatic-digits", count=len(digits))]
    return Plate(f"{word}{digits[:3]}-{digits[3:]}", "diplomatic")


def _temporary(shape: re.Match[str]) -> _Judged:
    """임 or 임시 and four to six digits: a shape seen in public code only, so with a warning."""
    if not 4 <= len(shape["digits"]) <= 6:
        return [problem("plate.temporary-digits", count=len(shape["digits"]))]
    return Plate(shape[0], "temporary", ("plate.temporary",))


def _ordinary(shape: re.Match[str]) -> _Judged:
    """Perhaps a region, class digits, one syllable, four digits."""
    region, front, syllable = shape["region"], shape["front"], shape["syllable"]
    problems = [
        *(problem(code, count=len(front)) for code, is_so in _FRONT_RULES if is_so(region, front)),
        *_syllable_problems(syllable),
        *_serial_problems(shape["serial"]),
    ]
    if problems:
        return problems
    use = SYLLABLES[syllable]
    kind = use
    if len(front) == 3 and front[0] == "0":
        kind = "construction"
    elif region and (len(front) == 1 or use in ("private", "rental")):
        kind = "old"
    fits = _FITTING_CLASS[use].fullmatch(front)
    return Plate(shape[0], kind, () if fits else ("plate.class-digit-misfit",))


# Mistakes before the syllable. There are two or three class digits, never 00 (notice 2013);
# construction machines 001-027 (vehicle identifier); the region with one digit until 1995
# and with two since 1996, never with three (press 2001, 2003).
_FRONT_RULES: tuple[tuple[Code, Callable[[str, str], bool]], ...] = (
    ("plate.region", lambda region, front: region not in ("", *REGIONS)),
    ("plate.front-missing", lambda region, front: not front),
    ("plate.front-digits", lambda region, front: len(front) > 3),
    ("plate.one-digit", lambda region, front: len(front) == 1 and not region),
    ("plate.region-three-digits", lambda region, front: len(front) == 3 and bool(region)),
    ("plate.class-zero", lambda region, front: front in ("0", "00", "000")),
    (
        "plate.construction-range",
        lambda region, front: bool(re.fullmatch(r"02[89]|0[3-9].", front)),
    ),
)


def _syllable_problems(syllable: str) -> list[Problem]:
    """Why no plate carries this syllable; nothing for one of ``SYLLABLES``."""
    if syllable in SYLLABLES:
        return []
    if len(syllable) > 1:
        return [problem("plate.one-syllable", count=len(syllable))]
    vowel, final = divmod((ord(syllable) - ord("가")) % 588, 28)
    if final:
        return [problem("plate.final-consonant", syllable=syllable)]
    if vowel not in _PLATE_VOWELS:
        return [problem("plate.vowel", syllable=syllable)]
    return [problem("plate.syllable", syllable=syllable)]


_PLATE_VOWELS = {(ord(syllable) - ord("가")) % 588 // 28 for syllable in "가거고구"}


def _serial_problems(serial: str) -> list[Problem]:
    """Four digits, not all zero; plates issued now begin at 0100 (press 2017), older lower."""
    if len(serial) != 4:
        return [problem("plate.serial-digits", count=len(serial))]
    return [problem("plate.serial-zero")] if serial == "0000" else []


# The first pattern that fits decides: it reads the text or refuses it. Motorcycles carry
# region, district and syllable; military plates one of five syllables; neither is in a rule.
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Judged]], ...] = (
    (lazy(r""), _refuses("plate.empty")),
    (lazy(rf".*(?:{_ANY_PLATE}).*(?:{_ANY_PLATE}).*"), _refuses("plate.two")),
    (lazy(r".*[ㄱ-ㅣᄀ-ᇿ].*"), _refuses("plate.half-syllable")),
    (lazy(r".*[0-9][가-힣][0-9]{4}[^0-9].*"), _refuses("plate.extra")),
    (lazy(r".*[^0-9가-힣].*"), _refuses("plate.characters")),
    (lazy(r"[0-9]{4}"), _refuses("plate.last-four-only")),
    (lazy(r"[0-9]+"), _refuses("plate.no-syllable")),
    (lazy(r"[^0-9]+"), _refuses("plate.no-digits")),
    (lazy(rf"(?P<word>{_DIPLOMATIC})(?P<digits>[0-9]+)"), _diplomatic),
    (lazy(rf"{_REGION}?임시?(?P<digits>[0-9]+)"), _temporary),
    (lazy(rf"{_REGION}[가-힣]{{1,6}}[0-9]{{1,4}}"), _refuses("plate.unusual")),
    (lazy(r"[0-9]{0,3}[국합육해공][0-9]{2,6}|외빈[0-9]+"), _refuses("plate.unusual")),
    (
        lazy(r"(?P<region>[가-힣]*?)(?P<front>[0-9]*)(?P<syllable>[가-힣]+)(?P<serial>[0-9]*)"),
        _ordinary,
    ),
    (lazy(r".*"), _refuses("plate.unusual")),
)
