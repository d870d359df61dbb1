"""The tabs of the page: each a file here and a line below."""

from __future__ import annotations

from ..lab import Tab
from .compare import CompareTab
from .inside import InsideTab
from .learn import LearnTab
from .train import TrainTab
from .translate import TranslateTab

# in the order in which they stand on screen
TABS: list[type[Tab]] = [TranslateTab, InsideTab, TrainTab, CompareTab, LearnTab]
