"""Uploaded files, for as long as they are needed.

Each lies in a private folder of this process under a random token, never under its own name. It
is removed when it is done with, after an hour, and when the program ends; what a killed program
left is removed when the next page starts.
"""

from __future__ import annotations

import io
import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from flask import Response, request, send_file
from werkzeug.datastructures import FileStorage

from parkdraft.errors import Problem
from parkdraft.files import storage_errors
from parkdraft.web.privatefolder import PrivateFolder, sweep

KEPT_SECONDS = 60 * 60
NO_FILE = "고른 파일이 없습니다. CSV나 XLSX 파일을 고르세요."
_LONGEST_NAME = 100


@dataclass
class Upload:
    """An uploaded file: its path and its own name. Subclasses add what is done with it."""

    token: str
    path: Path
    name: str
    since: float

    def named(self, problems: tuple[Problem, ...]) -> list[Problem]:
        """Problems of the file, with its own name instead of the token."""
        return [
            problem._replace(
                data={
                    key: self.name if value == self.path.name else value
                    for key, value in problem.data.items()
                }
            )
            for problem in problems
        ]


_Kind = TypeVar("_Kind", bound=Upload)


class GoneError(LookupError):
    """There is no such upload, or not any more."""


@dataclass
class Uploads:
    """The uploads of one page. ``now`` is a clock in seconds, replaceable for tests."""

    now: Callable[[], float] = time.time
    _kept: dict[str, Upload] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _folder: PrivateFolder | None = None

    def __post_init__(self) -> None:
        sweep()

    def take(self, file: FileStorage, kind: Callable[..., _Kind], /, **more: object) -> _Kind:
        """Keep a sent file as a ``kind`` of Upload with ``more`` fields. Raises StorageError."""
        token = secrets.token_urlsafe(18)
        with storage_errors("임시 폴더"):
            path = self.folder() / token / "table"
            path.parent.mkdir(mode=0o700)
            file.save(path)
            file.close()
        upload = kind(token, path, shown_name(file.filename), self.now(), **more)
        with self._lock:
            self._kept[token] = upload
        return upload

    def get(self, token: str, kind: type[_Kind]) -> _Kind:
        """The upload of a token, which never becomes part of a path. Raises GoneError."""
        self._expire()
        with self._lock:
            upload = self._kept.get(token)
        if not isinstance(upload, kind):
            raise GoneError
        return upload

    def forget(self, upload: Upload) -> None:
        """Remove an upload, and the files made of it."""
        with self._lock:
            self._kept.pop(upload.token, None)
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def clear(self) -> None:
        """The page ends: remove everything."""
        with self._lock:
            self._kept.clear()
            if self._folder:
                self._folder.remove()
            self._folder = None

    def folder(self) -> Path:
        """The private folder; made anew where somebody removed it."""
        self._expire()
        with self._lock:
            if self._folder is not None and not self._folder.path.is_dir():
                self._folder.remove()
                self._folder = None
            if self._folder is None:
                self._folder = PrivateFolder()
            return self._folder.path

    def _expire(self) -> None:
        oldest = self.now() - KEPT_SECONDS
        with self._lock:
            old = [upload for upload in self._kept.values() if upload.since < oldest]
        for upload in old:
            self.forget(upload)


def sent_file(name: str) -> FileStorage | None:
    """The file in a form; None where nobody chose one."""
    file = request.files.get(name)
    return file if file and file.filename else None


def send_failed_rows(upload: Upload, table: Path | None) -> Response:
    """Send the table of failed rows, to be corrected and uploaded again. Raises GoneError."""
    if table is None or not table.is_file():
        raise GoneError
    content = io.BytesIO(
        table.read_bytes()
    )  # read first: Windows cannot remove a file that is being sent
    name = f"{upload.name}.failed.csv"
    return send_file(content, "text/csv; charset=utf-8", as_attachment=True, download_name=name)


def shown_name(name: str | None) -> str:
    """A file's name for people: the last part of its path, one line, not too long."""
    last = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable()).strip()
    if len(shown) > _LONGEST_NAME:
        shown = shown[: _LONGEST_NAME - 10] + "…" + shown[-9:]
    return shown or "표"
