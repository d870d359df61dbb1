"""Shares, as they are written everywhere: components/base.js has the same function for the browser."""

from __future__ import annotations

from .decimals import decimal


def percent(share: float, digits: int | None = None) -> str:
    """93 %, 99.6 %, 0.4 %, < 0.1 %: a share below 1 is never written as 100 %, and one above 0 never as 0 %.

    Args:
        share: 0 … 1.
        digits: after the point; None: as many as help, which is one near either end.
    """
    if digits is None:
        digits = 0 if 0.0995 <= share <= 0.99 or share in (0, 1) else 1
    least = 10.0**-digits
    if 0 < share < least / 100:
        return f"< {decimal(least, digits)} %"
    if 1 - least / 100 < share < 1:
        return f"> {decimal(100 - least, digits)} %"
    return f"{decimal(share * 100, digits)} %"
