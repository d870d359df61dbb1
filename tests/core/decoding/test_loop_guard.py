"""No loops: what is refused, and that nothing else is touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_translators import toy_translator

from seq2seq_core.decoding.loop_guard import RATIO, SPARE, GuardedGreedy, LoopGuard, has_loop, repeats
from seq2seq_core.inference.translator import Translator

END = 0


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("où tu sais où tu sais où tu sais", True),
        ("abcdabcdabcd", True),
        ("abcabcabc", False),  # three characters
        ("abcdabcd", False),  # twice
        ("tatatatatata", True),  # “tata” three times
        ('"" "" "" "" ', True),  # three characters, but as many as four three times
        ("............", True),
        ("Attends...", False),
        ("bien bien bien", True),
        ("Je ne sais pas ce que je sais.", False),
        ("", False),
    ],
)
def test_has_loop(text: str, loops: bool) -> None:
    assert has_loop(text) is loops


@given(st.lists(st.integers(1, 2), max_size=40), st.integers(1, 2))
def test_forbidden_is_exactly_what_would_complete_a_third_copy(written: list[int], token: int) -> None:
    guard = LoopGuard(10, END)
    assert (token in guard.forbidden(written)) == repeats([*written, token], guard.shortest)


@given(st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=120, max_size=120))
def test_greedy_never_loops_and_always_ends(rows: list[list[float]]) -> None:
    """Whatever the network says: here it may always prefer one of two characters to the end."""
    guarded, written = GuardedGreedy(LoopGuard(5, END)), list[int]()
    for row in rows:
        written.append(guarded.choose(np.array(row)))
        if written[-1] == END:
            break
    assert written[-1] == END
    assert not has_loop("".join(map(chr, written[:-1])))


@given(st.lists(st.integers(1, 5), max_size=30), st.integers(20, 60))
def test_what_does_not_run_away_is_not_touched(written: list[int], source_length: int) -> None:
    guard, logits = LoopGuard(source_length, END), np.arange(6.0)
    if not guard.forbidden(written):
        assert guard.allowed(logits, written) is logits


def test_the_end_gains_beyond_what_a_translation_needs() -> None:
    guard, logits = LoopGuard(10, END), np.zeros(3)
    longest = int(10 * RATIO + SPARE)
    assert guard.allowed(logits, list(range(longest)))[END] == 0
    assert guard.allowed(logits, list(range(longest + 4)))[END] == 2


def guarded(model: Translator) -> Translator:
    return Translator(replace(model.config, no_loops=True), model.vocabularies, model.network)


@pytest.mark.parametrize("method", ["greedy", "beam"])
@given(seed=st.integers(0, 300))
def test_networks_that_loop_do_not_under_the_guard(method: str, seed: int) -> None:
    trace = guarded(toy_translator(seed, max_target_length=80, scale=3.0)).translate("abc", method)
    assert not any(repeats(list(trace.ids[:end]), 4) for end in range(len(trace)))
    assert trace.ids[-1] == 1  # "\n", the end
    plain = toy_translator(seed, max_target_length=80, scale=3.0).translate("abc", method)
    if method == "greedy" and not has_loop(plain.text) and len(plain) < 3 * RATIO + SPARE:
        assert trace.text == plain.text


def test_a_forced_prefix_counts_as_written() -> None:
    model = guarded(toy_translator(4, max_target_length=80, scale=3.0))
    trace = model.translate("abc", prefix="xyzéxyzéxyz")
    assert trace.ids[11] != trace.ids[3]
