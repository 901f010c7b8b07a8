"""Making a home: copies of directory and templates, and a starter for Windows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from parkdraft.config.load import NAME
from parkdraft.errors import Problem, StorageError
from parkdraft.files import put, storage_errors
from parkdraft.home import TEMPLATES, builtin_home

STARTER = "parkdraft.cmd"
_PYTHONS = (
    *(r"python\python.exe", r"..\python\python.exe"),
    *(r".venv\Scripts\python.exe", r"..\.venv\Scripts\python.exe"),
)
"""Where a Python may be, relative to the home; bundled ones first."""
_HAS_IT = '-c "import parkdraft" >nul 2>nul'


def make_home(folder: Path) -> Path:
    """Make a home at ``folder``, and return its absolute path; no file that is there is changed.

    Raises StorageError where a file of the home is there already, or cannot be written.
    """
    root = folder.absolute()
    source = builtin_home()
    with storage_errors(root.name):
        there = [name for name in (NAME, TEMPLATES, STARTER) if os.path.lexists(root / name)]
    if there:
        data = {"files": ", ".join(there), "folder": root.name}
        raise StorageError([Problem("home.exists", data=data)])
    with storage_errors(root.name):
        shutil.copytree(source / TEMPLATES, root / TEMPLATES)
    put(root / STARTER, starter().encode("utf-8"))
    put(root / NAME, (source / NAME).read_bytes())
    return root


def starter() -> str:
    """A ``.cmd`` that opens the page; when that ends, the console stays open, with Korean.

    It looks for a Python with this program: a folder ``python`` in the home or beside it, a
    ``.venv`` there, then the launcher ``py``. It has no absolute path, so a home can be copied.
    ``chcp 65001`` comes first, because cmd reads the lines after it as UTF-8; Korean lines come
    last, because cmd searches labels byte by byte.
    """
    places = " ".join(f'"%~dp0{place}"' for place in _PYTHONS)
    lines = (
        "@echo off",
        "chcp 65001 >nul",
        "set PYTHONUTF8=1",
        'cd /d "%~dp0"',
        'set "PARKDRAFT_HOME=%~dp0."',
        "title parkdraft",
        f"for %%P in ({places}) do if exist %%P %%P {_HAS_IT} && set PYTHON=%%P&& goto start",
        f"py -3 {_HAS_IT} && set PYTHON=py -3&& goto start",
        "goto none",
        ":start",
        "doskey parkdraft=%PYTHON% -m parkdraft $*",
        "%PYTHON% -m parkdraft web",
        "cmd /k",
        "exit /b",
        ":none",
        "echo parkdraft가 설치된 Python을 찾지 못했습니다.",
        "echo 이 폴더나 그 옆에 python 폴더 또는 .venv 폴더를 두거나,",
        "echo Python을 설치한 뒤 py -3 -m pip install 다음에 설치 파일 이름을 적어 실행하세요.",
        "echo 잘 모르면 이 화면을 관리자에게 보여 주세요.",
        "pause",
        "exit /b 1",
    )
    return "\r\n".join(lines) + "\r\n"
