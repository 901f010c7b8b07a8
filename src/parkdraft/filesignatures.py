"""What a file really is, by its first bytes and the names inside it; what a broken ZIP raises.

Signatures: ZIP (APPNOTE 4.3.7), compound file ([MS-CFB] 2.2). The headers of document
security are those that Korean upload filters look for: Softcamp ``SCDSA``, MarkAny
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
"""All that zipfile raises for bytes that are not as they should be: RuntimeError for a part with a
password and, as its subclass, for a method or version that zipfile does not know; OSError
where a place that the directory names lies before the file's start."""

_LOCKED = (b"SCDSA", b"<DOCUMENT SAFER", b"FASOOSECURECONTAINER", b"DRMONE", b"NASCA DRM")


def is_locked(head: bytes) -> bool:
    """Whether a file that begins so was locked by document security (DRM)."""
    return any(mark in head[:200].upper() for mark in _LOCKED)
