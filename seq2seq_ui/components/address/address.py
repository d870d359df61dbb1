"""Address: the browser's, which holds what is on screen; Back, Forward and links within the page open in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..base import JsonComponent


class Address(JsonComponent):
    """Value: {"tab", "query"}, what a tab shows now. Has nothing to see.

    The answer to a link also has its "opened", and that to who has brought something the token of the "visitor".

    Args:
        tabs: {"query": of the tab's first view, "keys": that its queries may have}, by name, the first one in front.

    Events:
        open: a link is to be opened; carries `fragment`, and its number, `opened`: 0 for a tab's first view, when it
            comes to the front. The first one of a page that was loaded anew tells who its `visitor` was, by token.
    """

    EVENTS: list[Any] = ["open"]  # noqa: RUF012

    def __init__(self, tabs: Mapping[str, Mapping[str, Any]], **options: Any) -> None:
        super().__init__(settings={"tabs": tabs}, **options)
