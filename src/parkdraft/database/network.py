"""Whether a file lies on another computer's disk, where SQLite must not be used."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

# On another computer SQLite's locks are not to be relied on: two PCs that open one file can
# damage it (https://sqlite.org/useovernet.html).
NETWORK = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "afpfs"),
        *("webdav", "davfs", "ceph", "glusterfs", "lustre", "beegfs"),
        *("fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.smbnetfs", "fuse.gvfsd-fuse"),
        *("fuse.s3fs", "fuse.glusterfs", "fuse.cephfs", "fuse.curlftpfs"),
    )
)
"""Kinds of file system as Linux calls them."""
_ESCAPED = re.compile(r"\\([0-7]{3})")
_REMOTE_DRIVE = 4
"""Windows: DRIVE_REMOTE of GetDriveTypeW."""


def is_on_network(path: Path) -> bool:
    """Whether ``path``, or the nearest folder above it that is there, lies on a network."""
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    real = os.path.realpath(there)
    if sys.platform == "win32":
        return _is_remote_drive(real)
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:  # a system without it: nobody can tell
        return False
    return file_system(real, mounts) in NETWORK


def file_system(path: str, mounts: str) -> str:
    """The kind of file system under an absolute ``path``, as ``/proc/self/mountinfo`` tells it."""
    kind, longest = "", -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 7 or "-" not in fields:
            continue
        point = _ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= longest:  # of two on one point, the later lies above
            kind, longest = fields[fields.index("-") + 1], len(point)
    return kind


def _is_remote_drive(path: str) -> bool:
    """``\\\\server\\share``, or a drive letter that stands for one."""
    if path.startswith("\\\\"):
        return not path.startswith(("\\\\?\\", "\\\\.\\")) or path.startswith("\\\\?\\UNC\\")
    import ctypes

    windows: Any = getattr(ctypes, "windll", None)  # a test may only say that this is Windows
    drive = os.path.splitdrive(path)[0] + "\\"
    return windows is not None and windows.kernel32.GetDriveTypeW(drive) == _REMOTE_DRIVE
