"""The kind of a file that somebody attaches, told by its content, not by its name.

Word and Excel: parts of ECMA-376 packages. HWP: the stream FileHeader of a compound file
(Hancom, "HWP Document File Formats 5.0", 3.2.1). HWPX: the part ``mimetype`` (KS X 6101).
"""

from __future__ import annotations

import codecs
import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.filesignatures import (
    COMPOUND,
    ENCRYPTED_STREAMS,
    JPEG,
    PDF,
    PNG,
    UNREADABLE_ZIP,
    ZIP,
    is_locked,
)
from parkdraft.lazy import lazy

if TYPE_CHECKING:
    from parkdraft.codes import Code


class Kind(NamedTuple):
    """A kind of file: its media type, and how its name may end, the usual ending first."""

    media_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument."
_PDF = Kind("application/pdf", (".pdf",))
_JPEG = Kind("image/jpeg", (".jpg", ".jpeg", ".jfif"))
_PNG = Kind("image/png", (".png",))
_XLSX = Kind(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",))
_DOCX = Kind(f"{_OFFICE}wordprocessingml.document", (".docx",))
_HWP = Kind("application/x-hwp", (".hwp",))
_HWPX = Kind("application/hwp+zip", (".hwpx",))
# Not text/plain: mutt and neomutt change line ends and letters of a text part (measured).
_TXT = Kind("application/octet-stream", (".txt",))

_STARTS = ((PDF, _PDF), (JPEG, _JPEG), (PNG, _PNG))
_PACKAGES = {"word/document.xml": _DOCX, "xl/workbook.xml": _XLSX}
_HWP_HEADER = b"HWP Document File"
# Offset of the properties in FileHeader: behind 32 bytes of signature and four of version.
_HWP_PROPERTIES = 36
# Bit 1: a password; bit 4: DRM; bit 8: encrypted by a certificate; bit 10: DRM of one.
_HWP_LOCKED = 1 << 1 | 1 << 4 | 1 << 8 | 1 << 10
_MIMETYPE = 100
_NO_TEXT = lazy("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def kind_of(content: bytes, name: str) -> Kind | Code:
    """The kind of a file, or the code of why it may not be attached.

    The ``name`` counts for plain text alone, which has no signature.
    """
    if not content:
        return "attach.empty"
    if is_locked(content):
        return "attach.locked"
    for start, kind in _STARTS:
        if content.startswith(start):
            # a PDF that asks for a password names its encryption (ISO 32000-1, 7.6.1)
            return "attach.locked" if start == PDF and b"/Encrypt" in content else kind
    if content.startswith(ZIP):
        return _packed(content)
    if content.startswith(COMPOUND):
        return _compound(content)
    is_text = name.lower().endswith(_TXT.endings) and _is_text(content)
    return _TXT if is_text else "attach.kind"


def _packed(content: bytes) -> Kind | Code:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(name.endswith("vbaProject.bin") for name in names):
                return "attach.macro"
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    if part.read(_MIMETYPE).strip().decode("latin-1") == _HWPX.media_type:
                        return _HWPX
    except UNREADABLE_ZIP:
        return "attach.broken"
    return next((kind for name, kind in _PACKAGES.items() if name in names), "attach.kind")


def _compound(content: bytes) -> Kind | Code:
    header = content.find(_HWP_HEADER)
    properties = content[header + _HWP_PROPERTIES : header + _HWP_PROPERTIES + 4]
    if header >= 0 and len(properties) == 4:
        is_locked_hwp = int.from_bytes(properties, "little") & _HWP_LOCKED
        return "attach.locked" if is_locked_hwp else _HWP
    locked = any(name.encode("utf-16-le") in content for name in ENCRYPTED_STREAMS)
    return "attach.locked" if locked else "attach.kind"


def _is_text(content: bytes) -> bool:
    """Whether this is text as Notepad saves it: UTF-8, UTF-16 with a byte order mark, CP949."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not _NO_TEXT.search(text)
    return False
