"""Text and bytes as the ASCII of a mail: runs of encoded words, and base64 in lines."""

from __future__ import annotations

from binascii import b2a_base64

# RFC 2047 section 2: a line that holds an encoded word has at most 76 characters. Lines
# without one may have 78 (RFC 5322 section 2.1.1); one limit for all is simpler.
LINE = 76
# "=?UTF-8?B?" and "?=" around the text of an encoded word, in characters.
_AROUND_WORD = 12
# 45 bytes are 60 characters of base64: a word of 72 of the 75 allowed, and the next multiple
# of three bytes would be too long.
_WORD_BYTES = 45
# What a Q word in a name may hold unescaped (RFC 2047 section 5 (3)), without "=" and "_",
# which have a meaning of their own.
_Q_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")


def base64_lines(data: bytes) -> list[bytes]:
    """Base64 in lines of 76, the last one shorter (RFC 2045 section 6.8); none for no data."""
    encoded = b2a_base64(data, newline=False)
    return [encoded[start : start + 76] for start in range(0, len(encoded), 76)]


def encoded_words(text: str, column: int) -> list[bytes]:
    """One run of encoded words, each for a line of its own, the first starting at ``column``.

    Each word holds whole characters (RFC 2047 section 5) and, but for the last, a multiple of
    three bytes: some readers drop what follows a word that is padded with ``=``. The first
    word's line also holds the header's name; so that it keeps to 76 characters, a subject
    has 39 bytes in it.
    """
    data = text.encode()
    words: list[bytes] = []
    start, room = 0, _room(column)
    while len(data) - start > room:
        length = _aligned(data, start, room)
        if length:
            words.append(_b_word(data[start : start + length]))
        else:
            length = _misfit(data, start, room)
            words.append(_q_word(data[start : start + length]))
        start += length
        room = _WORD_BYTES
    if start < len(data):
        words.append(_b_word(data[start:]))
    return words


def _room(column: int) -> int:
    """How many bytes a B word that starts at ``column`` may hold: a multiple of three."""
    return min(_WORD_BYTES, (LINE - column - _AROUND_WORD) // 4 * 3)


def _aligned(data: bytes, start: int, room: int) -> int:
    """The longest piece from ``start``: whole characters, a multiple of three bytes; or 0.

    ``room`` is a multiple of three, and more than ``room`` bytes are left.
    """
    for length in range(room, 0, -3):
        if data[start + length] & 0xC0 != 0x80:  # not inside a character of UTF-8
            return length
    return 0


def _misfit(data: bytes, start: int, room: int) -> int:
    """The length of one or two characters after which an aligned piece exists.

    Where none exists at ``start``, no character ends at the same remainder modulo three. Each
    character taken away rules out one remainder; with two taken, one remainder is left and
    every cut is aligned. So two characters always suffice.
    """
    end = start
    while True:
        end += 1
        while data[end] & 0xC0 == 0x80:
            end += 1
        if len(data) - end <= room or _aligned(data, end, room):
            return end - start


def _b_word(piece: bytes) -> bytes:
    return b"=?UTF-8?B?%b?=" % b2a_base64(piece, newline=False)


def _q_word(piece: bytes) -> bytes:
    letters = (chr(byte) if byte in _Q_SAFE else f"={byte:02X}" for byte in piece)
    return b"=?UTF-8?Q?%b?=" % "".join(letters).encode("ascii")
