"""What a sweep tries: all combinations of some values, or some drawn at random."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ...config import ModelConfig
from ...errors import Seq2SeqError
from ...models import KINDS
from ...recipes import check

MOST_TRIALS = 200
HOW = "units=64,128 (these values) or learning_rate=0.001..0.1 (any between, with --trials)"


@dataclass(frozen=True)
class Tried:
    """A field of the config, and what is tried of it: some values, or any from low to high."""

    field: str
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0

    def draw(self, chance: random.Random) -> Any:
        """One of the values; between limits, evenly on a logarithmic scale, or an even one where that begins at 0."""
        if self.values:
            return chance.choice(self.values)
        if self.low > 0:
            drawn = math.exp(chance.uniform(math.log(self.low), math.log(self.high)))
        else:
            drawn = chance.uniform(self.low, self.high)
        return round(drawn) if isinstance(self.low, int) and isinstance(self.high, int) else float(f"{drawn:.3g}")


def tried(text: str) -> Tried:
    """What `--try` says. Raises Seq2SeqError for what is none."""
    field, _, what = (part.strip() for part in text.partition("="))
    known = {each.name for each in fields(ModelConfig)} - {"name", "title"}
    if field not in known:
        raise Seq2SeqError(f"--try {text!r}: {HOW} was expected; the fields are {', '.join(sorted(known))}.")
    if ".." in what:
        low, high = (_value(part) for part in what.split("..", 1))
        if (
            not all(type(limit) in (int, float) and math.isfinite(limit) for limit in (low, high))
            or not 0 <= low < high
        ):
            raise Seq2SeqError(f"--try {text!r}: two numbers, the lower one first, were expected around the two dots.")
        return Tried(field, low=low, high=high)
    if not all(part.strip() for part in what.split(",")):
        raise Seq2SeqError(f"--try {text!r}: {HOW} was expected.")
    return Tried(field, tuple(dict.fromkeys(_value(part) for part in what.split(","))))


def _value(text: str) -> Any:
    """A number, true, false or null as JSON has them; else the text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text.strip()
    return value if isinstance(value, int | float | None) else text.strip()


def combinations(what: Sequence[Tried], trials: int | None, seed: int) -> list[dict[str, Any]]:
    """The trials' fields and values.

    Args:
        trials: so many, drawn at random and each another one; None: every combination there is.

    Raises:
        Seq2SeqError: nothing is tried, a field twice, a range without a number of trials, or too many of them.
    """
    names = [each.field for each in what]
    if not what or len(set(names)) < len(names):
        raise Seq2SeqError(f"Say with --try what is to be tried, each field once: {HOW}.")
    if trials is None:
        if ranges := [each.field for each in what if not each.values]:
            raise Seq2SeqError(f"{ranges[0]} may be anything between two numbers: say with --trials how many to draw.")
        found = [dict(zip(names, values, strict=True)) for values in itertools.product(*(each.values for each in what))]
    else:
        found, chance = [], random.Random(seed)
        for _ in range(trials * 50):  # there may be fewer combinations than trials
            drawn = {each.field: each.draw(chance) for each in what}
            if drawn not in found:
                found.append(drawn)
            if len(found) == trials:
                break
    if len(found) > MOST_TRIALS:
        raise Seq2SeqError(f"These are {len(found):,} trials; up to {MOST_TRIALS} can be compared. Try less at once.")
    return found


def changed(config: ModelConfig, changes: dict[str, Any]) -> ModelConfig:
    """The config with these fields, and what they need. Raises Seq2SeqError where that cannot be trained."""
    new = replace(config, **changes)
    if kind := KINDS.get(changes.get("architecture", "")):
        new = replace(kind.adapted(new), **changes)
    return check(new)
