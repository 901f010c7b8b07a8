"""parkdraft: a parking customer centre's case becomes a ready-to-send draft.

    from parkdraft import Home
    home = Home.open()
    home.route("plate-change", partner="하이파킹", site="가온타워")

All names are imported at their first use, which keeps the start-up short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from parkdraft.errors import (
        DetailsError,
        DirectoryError,
        DraftError,
        OutboxError,
        ParkdraftError,
        Problem,
        RouteError,
        StorageError,
        TableError,
        TemplateError,
    )
    from parkdraft.home import Home

__all__ = [
    "DetailsError",
    "DirectoryError",
    "DraftError",
    "Home",
    "OutboxError",
    "ParkdraftError",
    "Problem",
    "RouteError",
    "StorageError",
    "TableError",
    "TemplateError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    module = import_module("parkdraft.home" if name == "Home" else "parkdraft.errors")
    return getattr(module, name)
