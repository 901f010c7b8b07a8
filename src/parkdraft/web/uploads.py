"""Files that somebody brought through the page, for as long as they are needed.

Each lies in a private folder of this process under a random token, never under a name of its
own; it goes when it is done with, after an hour, and when the program ends. What a program left
that was killed goes when the next page starts.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from parkdraft.errors import Problem
from parkdraft.files import storage_errors
from parkdraft.web.privatefolder import PrivateFolder, sweep

KEPT_SECONDS = 60 * 60
_LONGEST_NAME = 100


@dataclass
class Upload:
    """A file: where it lies, what it was called, and what the page knows of it (``about``)."""

    token: str
    path: Path
    name: str
    since: float
    about: Any = None

    def named(self, problems: tuple[Problem, ...]) -> list[Problem]:
        """Problems of the file, told with the name it had."""
        renamed = {self.path.name: self.name}
        return [
            one._replace(
                data={
                    key: renamed.get(value, value) if isinstance(value, str) else value
                    for key, value in one.data.items()
                }
            )
            for one in problems
        ]


@dataclass
class Uploads:
    """The files of one page. ``now`` is a clock in seconds, replaceable for tests."""

    now: Callable[[], float] = time.time
    _kept: dict[str, Upload] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _folder: PrivateFolder | None = None

    def __post_init__(self) -> None:
        sweep()

    def take(self, file: FileStorage, about: Any = None) -> Upload:
        """Keep a file that was sent. Raises StorageError."""
        token = secrets.token_urlsafe(18)
        with storage_errors("임시 폴더"):
            path = self.folder() / token / "table"
            path.parent.mkdir(mode=0o700)
            file.save(path)
            file.close()
        upload = Upload(token, path, shown_name(file.filename), self.now(), about)
        with self._lock:
            self._kept[token] = upload
        return upload

    def get(self, token: str) -> Upload | None:
        """The file of a token, if it is still kept; tokens are looked up, never joined."""
        self.expire()
        with self._lock:
            return self._kept.get(token)

    def drop(self, upload: Upload) -> None:
        """Remove a file and all beside it; what the page knows of it stays until it expires."""
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def forget(self, upload: Upload) -> None:
        """Remove a file and all that is known of it."""
        with self._lock:
            self._kept.pop(upload.token, None)
        self.drop(upload)

    def expire(self) -> None:
        """Remove what is older than an hour."""
        oldest = self.now() - KEPT_SECONDS
        with self._lock:
            old = [one for one in self._kept.values() if one.since < oldest]
        for one in old:
            self.forget(one)

    def clear(self) -> None:
        """Remove everything: the page ends."""
        with self._lock:
            self._kept.clear()
            if self._folder:
                self._folder.remove()
            self._folder = None

    def folder(self) -> Path:
        """The private folder; one that somebody else cleared away is made anew."""
        self.expire()
        with self._lock:
            if self._folder is not None and not self._folder.path.is_dir():
                self._folder.remove()
                self._folder = None
            if self._folder is None:
                self._folder = PrivateFolder()
            return self._folder.path


def uploads() -> Uploads:
    """The files of the page that is asked now."""
    kept = current_app.extensions["uploads"]
    assert isinstance(kept, Uploads)
    return kept


def shown_name(name: str | None) -> str:
    """A file's name for people: its last part, one line, not too long. Never a path."""
    last = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable()).strip()
    if len(shown) > _LONGEST_NAME:
        shown = shown[: _LONGEST_NAME - 10] + "…" + shown[-9:]
    return shown or "표"
