"""Numbers with a fixed count of digits, as they are written everywhere: components/base.js has the same function for
the browser; whole ones by thousands, and short ones."""

from __future__ import annotations

from .language import decimal_sign, group_sign


def decimal(value: float, digits: int, plus: str = "") -> str:
    """3.14, −2.0, 0.0 (in French 3,14): with a true minus, and what rounds to nothing has no sign.

    Args:
        plus: what stands before a number above 0.
    """
    text = f"{abs(value):.{digits}f}"
    sign = "" if float(text) == 0 else "−" if value < 0 else plus
    return sign + text.replace(".", decimal_sign())


def whole(value: float) -> str:
    """12,345 (in French 12 345): thousands apart."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.0f}"
    return text.replace(",", group_sign())


def short(value: float) -> str:
    """0.7, 2, 1e-05 (in French 0,7): no more digits than tell it."""
    return f"{value:g}".replace(".", decimal_sign())


def exact(value: float) -> str:
    """0.7, 2.0, 1e-05 (in French 0,7): as Python writes it."""
    return str(value).replace(".", decimal_sign())
