"""Where some characters stand in what was read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..inference.translator import Translator


def tokens_of(model: Translator, span: str) -> tuple[str, ...]:
    """A span's tokens, in the order in which the encoder reads them."""
    tokens = model.vocabularies.source.split(model.read_as(span))
    return tuple(tokens[::-1] if model.config.reverse_source else tokens)


def marked(tokens: Sequence[str], span: Sequence[str]) -> tuple[np.ndarray, int]:
    """(bool (tokens,): where the span stands; how often it does)."""
    found, times = np.zeros(len(tokens), bool), 0
    for start in range(len(tokens) - len(span) + 1):
        # a word has the space before it in its token, which nobody types
        if all(map(lambda one, asked: asked in (one, one.lstrip()), tokens[start : start + len(span)], span)):
            found[start : start + len(span)] = True
            times += 1
    return found, times
