"""Numbers with a fixed count of digits, as they are written everywhere: components/base.js has the same function for
the browser."""

from __future__ import annotations

from .language import decimal_sign


def decimal(value: float, digits: int, plus: str = "") -> str:
    """3.14, −2.0, 0.0 (in French 3,14): with a true minus, and what rounds to nothing has no sign.

    Args:
        plus: what stands before a number above 0.
    """
    text = f"{abs(value):.{digits}f}"
    sign = "" if float(text) == 0 else "−" if value < 0 else plus
    return sign + text.replace(".", decimal_sign())
