"""Checks all templates of a home before somebody needs them.

Each is rendered with sample values for every route that uses it. The files are checked, too: a
block that no parent has, and a folder of no partner or channel, bring warnings; a link that leads
out of the folder is a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from pathlib import Path

from jinja2 import Environment
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.nodes import Block, Const, Extends
from jinja2.nodes import Template as Tree

from parkdraft.decide.case import decide_case
from parkdraft.decide.overview import questions
from parkdraft.decide.routing import Question, followed, matching
from parkdraft.drafting import combine, compose
from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.lookup.near import near
from parkdraft.lookup.sites import MonthList, SiteData, SiteList, indexed
from parkdraft.model import labels
from parkdraft.model.cases import CASES, FIELDS, RULE_FIELDS, RULE_REASONS, Case
from parkdraft.model.directory import Directory
from parkdraft.writing.combine import together
from parkdraft.writing.sandbox import leads_out

_MEDIA = ("email", "mailto", "post", "sheet", "checklist", "customer")
"""Folders in which a partner or channel may have a folder of its own."""
TODAY = date(2026, 11, 23)
_SITE = "가온타워"
_PEOPLE = (("김하늘", "소장", "haneul.kim"), ("이가람", "주임", "garam.lee"))


def check_rendering(home: Home) -> list[Problem]:
    """Render every template that a route can reach; the problems, each once.

    Each with all fields and with the needed ones alone, with and without the partner's list of the
    month, and for every fallback. The samples' addresses are of ``example.com``.
    """
    that_day = datetime.combine(TODAY, datetime.min.time())
    return distinct(_all_problems(replace(home, now=lambda: that_day), home.directory))


def distinct(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once."""
    keys = {
        (problem.code, problem.row, tuple(sorted(problem.data.items()))): problem
        for problem in problems
    }
    return list(keys.values())


def _all_problems(home: Home, directory: Directory) -> Iterator[Problem]:
    for case in CASES.values():
        for question in _questions(directory, case):
            samples = list(_samples(directory, case, question))
            for known in _with_and_without_list(directory, question):
                for details in samples:
                    yield from _render(home, known, details, question)
                yield from _render_together(home, known, samples, question)


def _questions(directory: Directory, case: Case) -> Iterator[Question]:
    """One question for each combination of row, partner and site."""
    seen = set()
    for question in questions(directory, case):
        rows = matching(directory, question)
        if len(rows) == 1 and followed(directory, rows[0], question):
            key = (rows[0].row, question.partner, question.site)
            if key not in seen:
                seen.add(key)
                yield question


def _samples(directory: Directory, case: Case, question: Question) -> Iterator[dict[str, str]]:
    most = {field.name: field.example for field in case.fields}
    least = {name: most[name] for name in case.needs}
    for name in ("fallback", "partner", "operator", *RULE_FIELDS):  # where the question has them
        most.pop(name, None)
    partner = directory.partners.get(question.partner or "")
    nameless = {"operator": FIELDS["operator"].example} if partner and partner.catch_all else {}
    place = {
        "partner": question.partner,
        "site": question.site or _SITE,
        "site-confirmed": "예",  # the sample's name may be near a listed one
        "integration": question.integration,
        case.decides: question.decides,
    }
    for details in (least, most):
        details.update(nameless)
        details.update({name: value for name, value in place.items() if name and value})
        yield details
    if case.decides == "answer":
        yield {name: value for name, value in most.items() if name != "answer"}


_OTHERS = {
    "plate": "78마9012",
    "date": "2026-12-15",
    "moment": "2026-11-21 10:00",
    "money": "23,000원",
    "days": "11",
    "text": "B-2038",
    "number": "B-2038",
    "long": "주말 최초 30분 1,000원",
    "memo": "다시 통화하기로 함",
}


def _otherwise(details: dict[str, str]) -> dict[str, str]:
    """Another case with the same route: other values in the fields that do not decide it."""
    other = {
        name: value if name in ("site", "partner") else _OTHERS.get(FIELDS[name].kind, value)
        for name, value in details.items()
        if name not in ("customer", "phone")
    }
    return other | {"new-plate": "234나5678"} if "new-plate" in other else other


def _render(
    home: Home, known: SiteData, details: dict[str, str], question: Question
) -> Iterator[Problem]:
    try:
        decision = decide_case(known, question.case, details, TODAY, complete=True)
    except ParkdraftError as error:
        yield from error.problems
        return
    others: list[dict[str, str]] = [{}]
    if decision.row:
        others += [{"fallback": name} for name in decision.fallbacks]
        ruled = {reason for rule in decision.rules for reason in rule.reasons}
        if "reason" in details:
            others += [{"reason": name} for name in labels.REASONS if name not in RULE_REASONS]
            # A reason of the site's rules: with every proof, and before the customer has given one.
            others += [
                {"reason": name, "discount": discount, "proof": proof}
                for name in RULE_REASONS
                if name in ruled
                for discount, proof in product(labels.DISCOUNTS, ("", *labels.PROOFS))
            ]
    for other in others:
        try:
            compose(home.today(known), question.case, {**details, **other})
        except ParkdraftError as error:
            yield from error.problems


def _render_together(
    home: Home, known: SiteData, samples: list[dict[str, str]], question: Question
) -> Iterator[Problem]:
    """Problems of two cases in one draft, with and without each fallback."""
    try:
        decision = decide_case(known, question.case, samples[0], TODAY, complete=True)
    except ParkdraftError:
        return  # ``_render`` says why
    fallbacks = decision.fallbacks
    for other in ({}, *({"fallback": name} for name in fallbacks)):
        many = [{**details, **other} for details in (samples[0], _otherwise(samples[1]))]
        try:
            cases = [
                decide_case(known, question.case, details, TODAY, complete=True) for details in many
            ]
            if together(home.templates, cases[0]) is not None:
                combine(home.today(known), question.case, many, workbook=lambda *_: b"-")
        except ParkdraftError as error:
            yield from error.problems


def _with_and_without_list(directory: Directory, question: Question) -> Iterator[SiteData]:
    """What lists may know: nothing; and, for a partner with lists, a list of this month."""
    nothing = SiteList((), {})
    yield SiteData(directory, nothing, {})
    partner = question.partner
    if partner in directory.listed_partners:
        rows = [
            {
                "name": question.site or _SITE,
                "person": person,
                "title": title,
                "address": f"{local}@example.com",
            }
            for person, title, local in _PEOPLE
        ]
        yield SiteData(
            directory, nothing, {partner: MonthList(partner, f"{TODAY:%Y-%m}", **indexed(rows))}
        )


def template_warnings(env: Environment, folder: Path, partners: Iterable[str]) -> list[Problem]:
    """Warnings about blocks and folders that nothing uses."""
    known = (*partners, *labels.CHANNELS)
    return [*_folders(folder, known), *_blocks(env, folder)]


def links_out(folder: Path) -> list[Problem]:
    """A problem for each link that leads out of the folder."""
    return [
        Problem("template.outside", data={"file": path.relative_to(folder).as_posix()})
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() and leads_out(folder, path)
    ]


def _folders(folder: Path, known: tuple[str, ...]) -> Iterator[Problem]:
    for medium in _MEDIA:
        for path in sorted((folder / medium).glob("*/")):
            if path.is_dir() and path.name not in known:
                meant = ", ".join(near(path.name, known)) or ", ".join(known)
                data = {"folder": f"{medium}/{path.name}", "meant": meant}
                yield Problem("template.folder", data=data)


def _blocks(env: Environment, folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.rglob("*.txt")):
        name = path.relative_to(folder).as_posix()
        tree = _tree(env, name)
        if tree is None or not (parents := _parents(tree)):
            continue
        known = _known_blocks(env, folder, parents)
        for block in tree.body:
            if isinstance(block, Block) and known and block.name not in known:
                meant = ", ".join(near(block.name, known)) or ", ".join(sorted(known))
                data = {"file": name, "line": block.lineno, "block": block.name, "meant": meant}
                yield Problem("template.block", data=data)


def _tree(env: Environment, name: str) -> Tree | None:
    """A template's syntax tree; None where it cannot be parsed (rendering says why)."""
    try:
        return env.parse(env.loader.get_source(env, name)[0]) if env.loader else None
    except (JinjaError, ParkdraftError):
        return None


def _parents(tree: Tree) -> list[str | None]:
    """What a template extends: a file's name, or None for the variable ``frame``."""
    templates = (extends.template for extends in tree.find_all(Extends))
    return [name.value if isinstance(name, Const) else None for name in templates]


def _known_blocks(env: Environment, folder: Path, parents: list[str | None]) -> set[str]:
    """The blocks of all parents and their parents; ``frame`` may be any frame there is."""
    frames = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("*/frame.txt"))]
    left = parents
    seen: set[str] = set()
    blocks: set[str] = set()
    while left:
        names = {name for parent in left for name in ([parent] if parent else frames)} - seen
        seen |= names
        trees = [tree for name in names if (tree := _tree(env, name))]
        blocks.update(block.name for tree in trees for block in tree.find_all(Block))
        left = [parent for tree in trees for parent in _parents(tree)]
    return blocks
