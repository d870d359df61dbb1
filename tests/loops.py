"""Coroutines in a test that is none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

_Value = TypeVar("_Value")


def run_apart(coroutine: Coroutine[Any, Any, _Value]) -> _Value:
    """In a thread of its own: where browser tests ran before, Playwright's loop still runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
