"""The files under ``templates/``, as far as they can be judged without being rendered.

A block that no parent has, and a folder that is nobody's, are never used and never missed:
they are warned about. A link that leads out of the folder is refused wherever it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.nodes import Block, Const, Extends
from jinja2.nodes import Template as Tree

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.lookup.near import near
from parkdraft.model import labels
from parkdraft.writing.render import leads_out

_MEDIA = ("email", "mailto", "post", "sheet", "checklist", "customer")
"""Folders in which a partner or channel may have a folder of its own."""


def template_warnings(env: Environment, folder: Path, partners: Iterable[str]) -> list[Problem]:
    """Blocks and folders that nothing uses."""
    known = (*partners, *labels.CHANNELS)
    return [*_folders(folder, known), *_blocks(env, folder)]


def links_out(folder: Path) -> list[Problem]:
    """The files and folders that really lie elsewhere, each a problem."""
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
    """A template as it is read; None for one that cannot be (rendering it says why)."""
    try:
        return env.parse(env.loader.get_source(env, name)[0]) if env.loader else None
    except (JinjaError, ParkdraftError):
        return None


def _parents(tree: Tree) -> list[str | None]:
    """What a template extends: files by name, None for the frame that it is given."""
    found = (one.template for one in tree.find_all(Extends))
    return [one.value if isinstance(one, Const) else None for one in found]


def _known_blocks(env: Environment, folder: Path, parents: list[str | None]) -> set[str]:
    """The blocks of all parents and of theirs; any frame may be the one that is given."""
    frames = [one.relative_to(folder).as_posix() for one in sorted(folder.glob("*/frame.txt"))]
    left = [one for parent in parents for one in ([parent] if parent else frames)]
    seen: set[str] = set()
    blocks: set[str] = set()
    while left:
        name = left.pop()
        tree = None if name in seen else _tree(env, name)
        seen.add(name)
        if tree is not None:
            blocks.update(block.name for block in tree.find_all(Block))
            left += [one for parent in _parents(tree) for one in ([parent] if parent else frames)]
    return blocks
