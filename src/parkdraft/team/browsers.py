"""What a browser says of itself, shortened to program and system: the whole is a fingerprint."""

from __future__ import annotations

# In this order: most say that they are Chrome and Safari, too.
_PROGRAMS = (
    ("Edg", "Edge"),
    ("Whale/", "Whale"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(text: str) -> str:
    """``Edge, Windows`` for a User-Agent; empty for what is none that we know."""
    found = (
        next((name for mark, name in known if mark in text), "") for known in (_PROGRAMS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))
