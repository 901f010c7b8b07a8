"""Uploaded files, for as long as they are needed.

Each lies in a folder named by a random token, never by its own name, and all that is known of it
lies there, too: what one process took, another can show. ``parkdraft web`` keeps them in a private
folder that ends with the process. The processes of a team's server share one in the home; there an
upload is only for whoever brought it. An upload goes when it is done with, and after an hour.
"""

from __future__ import annotations

import io
import re
import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from flask import Response, request, send_file
from werkzeug.datastructures import FileStorage

from parkdraft.errors import Problem
from parkdraft.files import storage_errors
from parkdraft.model.team import login_name
from parkdraft.outbox.folder import make_folder
from parkdraft.tables.reading import failed_path
from parkdraft.web.privatefolder import PrivateFolder, sweep
from parkdraft.web.wholejson import read_json, remove, write_json

KEPT_SECONDS = 60 * 60
NO_FILE = "고른 파일이 없습니다. CSV나 XLSX 파일을 고르세요."
PLACE = "임시 폴더"
"""What the folder is called in problems."""
_LONGEST_NAME = 100
_TOKEN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{32}")
"""When it was brought, in seconds, and 128 random bits: small letters, for Windows' folders."""
_FACTS = "brought.json"
Kind = Literal["table", "list", "paper"]


class GoneError(LookupError):
    """There is no such upload, or not any more, or it is somebody else's."""


class Upload(NamedTuple):
    """An uploaded file: its folder, its own name, and what was said about it."""

    token: str
    folder: Path
    name: str
    about: Mapping[str, str]

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / "table"

    def discard(self) -> None:
        """Remove the file, which has been used; what was made of it stays."""
        with suppress(OSError):
            remove(self.path)

    def named(self, problems: tuple[Problem, ...]) -> list[Problem]:
        """Problems of the file, with its own name instead of the path's."""
        return [
            problem._replace(
                data={
                    key: self.name if value == self.path.name else value
                    for key, value in problem.data.items()
                }
            )
            for problem in problems
        ]


@dataclass
class Uploads:
    """The uploads of one home's pages.

    ``shared`` is the folder of a team's server; without it there is a private one. ``now`` is a
    clock in seconds, replaceable for tests.
    """

    shared: Path | None = None
    now: Callable[[], float] = time.time
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _private: PrivateFolder | None = None
    _timer: threading.Timer | None = None

    def __post_init__(self) -> None:
        if self.shared is None:
            sweep()
        self._expire()

    def take(
        self, file: FileStorage, kind: Kind, login: str, about: Mapping[str, str] = {}
    ) -> Upload:
        """Keep a file that ``login`` sent, with what is said ``about`` it. Raises StorageError."""
        token = f"{int(self.now()):08x}-{secrets.token_hex(16)}"
        upload = Upload(token, self.folder() / token, shown_name(file.filename), about)
        facts = {"kind": kind, "name": upload.name, "owner": login_name(login), "about": {**about}}
        with storage_errors(PLACE):
            make_folder(upload.folder)
            try:
                file.save(upload.path)
                file.close()
                write_json(upload.folder / _FACTS, facts)  # last: now it is there
            except BaseException:
                shutil.rmtree(upload.folder, ignore_errors=True)
                raise
        self._watch()
        return upload

    def get(self, token: str, kind: Kind, login: str) -> Upload:
        """The upload of a token, for ``login``. Raises GoneError and StorageError."""
        self._expire()
        folder = self._where()
        if folder is None or not _TOKEN.fullmatch(token) or token < self._oldest():
            raise GoneError
        with storage_errors(PLACE):
            facts = read_json(folder / token / _FACTS)
        if facts is None or facts.get("kind") != kind:
            raise GoneError
        if self.shared and facts.get("owner") != login_name(login):
            raise GoneError
        return Upload(token, folder / token, facts["name"], facts["about"])

    def forget(self, upload: Upload) -> None:
        """Remove an upload, and the files made of it."""
        _remove(upload.folder)

    def clear(self) -> None:
        """The page ends: remove everything, unless other processes work with it."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
                self._timer = None
            if self._private:
                self._private.remove()
            self._private = None

    def folder(self) -> Path:
        """The folder of all uploads, made where it is missing. Raises StorageError."""
        self._expire()
        if self.shared:
            make_folder(self.shared)
            return self.shared
        with self._lock, storage_errors(PLACE):
            if self._private is not None and not self._private.path.is_dir():
                self._private.remove()  # somebody has removed the folder alone
                self._private = None
            if self._private is None:
                self._private = PrivateFolder()
            return self._private.path

    def _where(self) -> Path | None:
        """The folder, if there is one."""
        with self._lock:
            return self.shared or (self._private.path if self._private else None)

    def _expire(self) -> None:
        """Remove what was brought more than an hour ago, by whichever process."""
        folder, oldest = self._where(), self._oldest()
        with suppress(OSError):
            for place in folder.iterdir() if folder else ():
                if place.name < oldest and _TOKEN.fullmatch(place.name):
                    _remove(place)

    def _watch(self) -> None:
        """Look again when the hour is over: nobody may ask for a page then."""
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(KEPT_SECONDS + 1, self._look_again)
                self._timer.daemon = True
                self._timer.start()

    def _look_again(self) -> None:
        self._timer = None
        self._expire()
        folder = self._where()
        with suppress(OSError):
            if folder and any(folder.iterdir()):
                self._watch()

    def _oldest(self) -> str:
        """How tokens begin whose hour is not over: smaller ones are too old."""
        return f"{int(self.now() - KEPT_SECONDS):08x}"


def _remove(folder: Path) -> None:
    """Remove an upload; its facts first, so that it is gone even where Windows holds a file."""
    with suppress(OSError):
        remove(folder / _FACTS)
    shutil.rmtree(folder, ignore_errors=True)


def sent_file(name: str) -> FileStorage | None:
    """The file in a form; None where nobody chose one."""
    file = request.files.get(name)
    return file if file and file.filename else None


def send_failed_rows(upload: Upload) -> Response:
    """Send the table of failed rows, to be corrected and uploaded again. Raises GoneError."""
    path = failed_path(upload.path)
    if not path.is_file():
        raise GoneError
    content = io.BytesIO(
        path.read_bytes()
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
