"""Signatures that tell what a file really is; and the errors that a broken ZIP raises.

Sources: ZIP (APPNOTE 4.3.7), compound file ([MS-CFB] 2.2). The headers of document security
(DRM) are those that Korean upload filters look for: Softcamp ``SCDSA``, MarkAny
``<DOCUMENT SAFER``, Fasoo ``<!-- FasooSecureContainer`` and ``DRMONE``.
"""

from __future__ import annotations

import struct
import zipfile
import zlib

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
COMPOUND = b"\xd0\xcf\x11\xe0"
PDF = b"%PDF"
JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG"
ENCRYPTED_STREAMS = ("EncryptedPackage", "DRMEncrypted")
"""Streams of a compound file that hold an Office document under a password or rights."""

UNREADABLE_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OverflowError,
    RuntimeError,
    ValueError,
    OSError,
)
"""All that zipfile raises for a bad file: RuntimeError for a part with a password and, as its
subclass, for an unknown method or version; OSError where the directory names a place before the
file's start."""

_LOCKED = (b"SCDSA", b"<DOCUMENT SAFER", b"FASOOSECURECONTAINER", b"DRMONE", b"NASCA DRM")


def is_locked(head: bytes) -> bool:
    """Whether a file with this beginning is locked by document security (DRM)."""
    return any(mark in head[:200].upper() for mark in _LOCKED)
