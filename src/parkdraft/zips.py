"""What is wrong with a ZIP that cannot be read: one list for workbooks and for files to attach."""

from __future__ import annotations

import struct
import zipfile
import zlib

UNREADABLE = (
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
