"""What is computed to answer one question: each a file here. Those asked of one sentence are the INSTRUMENTS."""

from __future__ import annotations

from .beam_tree import BEAM_TREE
from .cell import CELL
from .deletion import DELETION
from .draws import DRAWS
from .gradient import GRADIENT
from .instrument import Focus, Instrument
from .map_of_thoughts import MAP
from .prefixes import PREFIXES
from .scaling import SCALING
from .silence import SILENCE
from .surgery import SURGERY
from .surprise import SURPRISE
from .transplant import TRANSPLANT
from .trust import TRUST
from .units import UNITS

# in the order in which they stand on screen
INSTRUMENTS = {
    instrument.name: instrument
    for instrument in (
        DELETION,
        GRADIENT,
        PREFIXES,
        SURPRISE,
        TRUST,
        MAP,
        BEAM_TREE,
        DRAWS,
        CELL,
        SURGERY,
        SCALING,
        TRANSPLANT,
        SILENCE,
        UNITS,
    )
}

__all__ = ["INSTRUMENTS", "Focus", "Instrument"]
