"""``contacts.yaml`` from disk to a directory, with every problem and its line."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from parkdraft.cache import remembered
from parkdraft.errors import DirectoryError, Problem
from parkdraft.model.directory import Directory, build

NAME = "contacts.yaml"
MAX_BYTES = 5_000_000


def load_directory(path: Path) -> Directory:
    """The directory in ``path`` (UTF-8, with or without BOM).

    Raises DirectoryError with all problems; each has the file's name in ``field`` and the
    line in ``row``.
    """
    try:
        status = path.stat()
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            raise DirectoryError([Problem("contacts.not-file", NAME, 1)])
        if status.st_size > MAX_BYTES:
            raise DirectoryError([Problem("contacts.too-large", NAME, 1)])
        content = path.read_bytes()
    except OSError as error:
        raise DirectoryError([Problem("contacts.unreadable", NAME, 1)]) from error
    return build(remembered("contacts", content, lambda: check_document(content)))


def check_document(content: bytes) -> dict[str, Any]:
    """The plain document in ``content``; raises DirectoryError with all problems."""
    from parkdraft.config.checks import check
    from parkdraft.config.readers import Reading
    from parkdraft.config.schema import read
    from parkdraft.config.yamlnodes import compose
    from parkdraft.decide.overview import check_coverage

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DirectoryError([Problem("contacts.not-utf8", NAME, line)]) from error
    root, problems = compose(text)
    reading = Reading(problems)
    doc: dict[str, Any] = {}
    if root is not None:
        doc = read(root, reading)
        check(doc, reading)
    elif not problems:
        reading.wrong("contacts.nothing", 1)
    if not reading.problems:
        for gap in check_coverage(build(doc)):
            reading.wrong_at(gap.code, ("routes", gap.field or ""), **gap.data)
    if reading.problems:
        ordered = sorted(reading.problems, key=lambda problem: problem.row or 0)
        raise DirectoryError(problem.at(field=NAME) for problem in ordered)
    return doc
