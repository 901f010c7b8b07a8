"""All real-looking files."""

from __future__ import annotations

from . import (
    addresses,
    casetables,
    exports,
    locked,
    offices,
    operators,
    sitelists,
    texts,
    writers,
)
from .messy import Messy

MESSY: tuple[Messy, ...] = (
    *operators.FILES,
    *addresses.FILES,
    *writers.FILES,
    *texts.FILES,
    *exports.FILES,
    *offices.FILES,
    *locked.FILES,
    *sitelists.FILES,
    *casetables.FILES,
)
