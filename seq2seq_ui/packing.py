"""Packing: what the page's own components are sent, as text."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import orjson

PACKED_FROM = 2_000  # bytes


class Packed(str):
    """A component's value as it travels; whoever has one need not make it again."""

    __slots__ = ()


def pack(value: Any) -> Packed:
    """Any JSON value, NumPy arrays included, to JSON text; a long one deflated: figures shrink to a seventh."""
    text = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
    if len(text) < PACKED_FROM:
        return Packed(text.decode())
    return Packed("z" + base64.b64encode(zlib.compress(text, 3)).decode("ascii"))
