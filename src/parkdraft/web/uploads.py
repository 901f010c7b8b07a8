"""Files that somebody brought through the page, for as long as they are needed.

Each lies in a private folder of this process under a random token, never under a name of its
own. It goes when it is done with, after an hour, and when the program ends; what a killed
program left goes when the next page starts.
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
    """A file: where it lies and what it was called. Each kind of file adds what becomes of it."""

    token: str
    path: Path
    name: str
    since: float

    def named(self, problems: tuple[Problem, ...]) -> list[Problem]:
        """Problems of the file, told with the name it had."""
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
    """A file is not kept, or not any more."""


@dataclass
class Uploads:
    """The files of one page. ``now`` is a clock in seconds, replaceable for tests."""

    now: Callable[[], float] = time.time
    _kept: dict[str, Upload] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _folder: PrivateFolder | None = None

    def __post_init__(self) -> None:
        sweep()

    def take(self, file: FileStorage, kind: Callable[..., _Kind], /, **more: object) -> _Kind:
        """Keep a file that was sent; ``more`` is what its kind has besides. Raises StorageError."""
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
        """The file of a token; tokens are looked up, never joined. Raises GoneError."""
        self._expire()
        with self._lock:
            upload = self._kept.get(token)
        if not isinstance(upload, kind):
            raise GoneError
        return upload

    def forget(self, upload: Upload) -> None:
        """Remove a file, all beside it, and all that is known of it."""
        with self._lock:
            self._kept.pop(upload.token, None)
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def clear(self) -> None:
        """Remove everything: the page ends."""
        with self._lock:
            self._kept.clear()
            if self._folder:
                self._folder.remove()
            self._folder = None

    def folder(self) -> Path:
        """The private folder; one that somebody else cleared away is made anew."""
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
    """The file that a form sends; None where nobody chose one."""
    file = request.files.get(name)
    return file if file and file.filename else None


def send_failed_rows(upload: Upload, table: Path | None) -> Response:
    """The rows of a table that failed, to be corrected and brought again. Raises GoneError."""
    if table is None or not table.is_file():
        raise GoneError
    content = io.BytesIO(table.read_bytes())  # Windows could not remove the file while it is sent
    name = f"{upload.name}.failed.csv"
    return send_file(content, "text/csv; charset=utf-8", as_attachment=True, download_name=name)


def shown_name(name: str | None) -> str:
    """A file's name for people: its last part, one line, not too long. Never a path."""
    last = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable()).strip()
    if len(shown) > _LONGEST_NAME:
        shown = shown[: _LONGEST_NAME - 10] + "…" + shown[-9:]
    return shown or "표"
