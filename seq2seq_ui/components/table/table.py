"""Table: rows of texts beside each other."""

from __future__ import annotations

from ..base import JsonComponent


class Table(JsonComponent):
    """Value: {"title", "help": how to read it, "columns": texts, "rows": lists of cells}; None hides it.

    A cell is a text, or {"text", "link", "title"}.
    """
