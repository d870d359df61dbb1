"""Candidates: what could have been written at each step and how it came to what was, as rows of the page’s table."""

from __future__ import annotations

from typing import Any

from ..decimals import decimal, short, whole
from ..inference.trace import DecodeTrace
from ..language import later, tr
from .strips import named

TOP = 10
CLICK = later("Click another one to see what the network would have written after that.")
NOT_READ = later("It never reads what it has written, so another choice here would change nothing after it.")


def candidates(trace: DecodeTrace, token: str = "character") -> dict[str, Any]:
    """The likeliest tokens of every step; each with its logit and its probability and, where it was drawn, what
    temperature, top-k and top-p left of that.

    Args:
        token: what one token of the model is called.
    """
    rows = [row_ids(trace, step) for step in range(len(trace))]
    used = sorted({i for ids in rows for i in ids})
    place_of = {token_id: place for place, token_id in enumerate(used)}
    return {
        "title": tr("Next {token}", token=tr(token)),
        "help": tr(CLICK if trace.claims.feeds_back else NOT_READ),
        "feeds_back": trace.claims.feeds_back,
        "tokens": [named(trace.vocabulary[i]) for i in used],
        "steps": [
            {
                "tokens": [place_of[i] for i in ids],  # numbers of `tokens`
                "logits": [round(float(trace.logits[step, i]), 2) for i in ids],
                "probabilities": [_rounded(trace.probabilities[step, i]) for i in ids],
                **({"left": [_rounded(trace.chosen_from[step, i]) for i in ids]} if trace.sampled else {}),
                "written": ids.index(int(trace.ids[step])),
                "odds": odds(trace, step),
            }
            for step, ids in enumerate(rows)
        ],
        "forced": trace.forced,
        "choice": _choice(trace),
        "cuts": _cuts(trace),
        "hypotheses": [{"text": found.text, "score": found.score} for found in trace.hypotheses],
        "unit": tr("nats per {token}", token=tr(token)),
    }


def row_ids(trace: DecodeTrace, step: int) -> list[int]:
    """Of the rows of a step, the likeliest first."""
    ranking: list[int] = trace.ranking(step)[:TOP].tolist()
    chosen = int(trace.ids[step])
    # drawn or forced from far down: it takes the last place, so that it can be seen
    return ranking if chosen in ranking else [*ranking[:-1], chosen]


def _rounded(probability: float) -> float:
    """Short, and 1 only where it is."""
    return min(float(f"{probability:.4g}"), 0.99999 if probability < 1 else 1.0)


def _choice(trace: DecodeTrace) -> str:
    """What befell the token that was written, in a word."""
    return {"sample": tr("drawn"), "beam": tr("kept")}.get(trace.decoding.method, tr("taken"))


def _cuts(trace: DecodeTrace) -> str:
    """What a draw is made from, above its column; "" where nothing was drawn."""
    if not trace.sampled:
        return ""
    cuts = [f"k {trace.decoding.top_k}"] if trace.decoding.top_k else []
    cuts += [f"p {short(trace.decoding.top_p)}"] if trace.decoding.top_p else []
    return " · ".join([f"T {short(trace.decoding.temperature)}", *cuts])


def odds(trace: DecodeTrace, step: int) -> str:
    """One line that sets the likeliest token against the next."""
    first, second = (int(i) for i in trace.ranking(step)[:2])
    first_name, second_name = (named(trace.vocabulary[i])["name"] for i in (first, second))
    if not trace.chosen_from[step, second]:  # top-k or top-p left no other
        return tr("{token} alone is left to be drawn", token=first_name)
    ratio = trace.chosen_from[step, first] / max(float(trace.chosen_from[step, second]), 1e-12)
    times = whole(ratio) if ratio >= 9.5 else decimal(ratio, 1)
    return tr("{first} is {times} × as likely as {second}", first=first_name, times=times, second=second_name)
