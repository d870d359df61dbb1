"""Decoding methods: what each one guarantees, on small random networks."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pairs import PAIRS
from toy_translators import toy_translator

from seq2seq_core import load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.decoding import DECODING_METHODS, beam_search, make_method, methods_for
from seq2seq_core.decoding.base import Decoding
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.inference.trace import DecodeTrace
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS, Translator, softmax
from seq2seq_core.layers.numerics import log_softmax
from seq2seq_core.models import DecoderState

# a network is drawn by its seed; a sentence from what it knows
networks = st.builds(
    toy_translator,
    seed=st.integers(0, 10_000),
    scale=st.sampled_from([0.3, 1.0, 3.0]),
    cell=st.sampled_from(["LSTM", "GRU"]),
    layers=st.integers(1, 2),
    repeats=st.booleans(),
)
sentences = st.text(" abcdé", min_size=1, max_size=12).filter(str.strip)
written = st.text("xyzé ", max_size=9)


def log_probability(trace: DecodeTrace) -> float:
    """Of the whole translation, in nats."""
    rows = log_softmax(trace.logits.astype(np.float64))
    return float(rows[np.arange(len(trace)), trace.ids].sum())


def first_state(model: Translator, text: str) -> DecoderState:
    """The decoder's, once the sentence is read."""
    ids = model.source_ids(text)
    return model.network.initial_state(model.network.encode(np.array([ids]), np.array([len(ids)])))


def assert_one_path(model: Translator, trace: DecodeTrace) -> None:
    """The trace's logits are those of its own tokens, fed one after the other."""
    state, bounds = first_state(model, trace.source), model.bounds(len(trace.encoder.tokens))
    previous = bounds.start_id
    for step, token_id in enumerate(trace.ids):
        state, logits = model.network.step(state, np.array([previous]))
        np.testing.assert_array_equal(trace.logits[step], logits[0])
        previous = int(token_id)
    ended = [token_id == bounds.end_id for token_id in trace.ids]
    assert not any(ended[:-1])
    assert trace.finished == ended[-1]
    assert trace.finished or len(trace) == bounds.max_steps


# --- greedy, and what equals it


@given(model=networks, text=sentences)
def test_greedy_takes_the_most_probable_each_time(model: Translator, text: str) -> None:
    trace = model.translate(text)
    np.testing.assert_array_equal(trace.ids, trace.logits.argmax(axis=1))
    assert_one_path(model, trace)


@given(model=networks, text=sentences, prefix=written, seed=st.integers(0, 99))
def test_sampling_from_one_and_a_beam_of_one_are_greedy(model: Translator, text: str, prefix: str, seed: int) -> None:
    greedy = model.translate(text, prefix=prefix)
    sampled = model.translate(text, "sample", top_k=1, temperature=1.7, seed=seed, prefix=prefix)
    beam = model.translate(text, "beam", beam_width=1, prefix=prefix)
    assert greedy.tokens == sampled.tokens == beam.tokens
    np.testing.assert_array_equal(greedy.logits, sampled.logits)
    np.testing.assert_array_equal(greedy.logits, beam.logits)


def test_a_sentence_ends_at_the_end_token_or_one_past_the_longest() -> None:
    """The tutorial stops once the text is longer than its longest target."""
    ends = {model.translate("abc").finished for model in map(toy_translator, range(30))}
    assert ends == {True, False}
    model = toy_translator(max_target_length=8)
    assert model.bounds(3).max_steps == 9


# --- sampling


@given(model=networks, text=sentences, seed=st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_translation(model: Translator, text: str, seed: int) -> None:
    first, second = (model.translate(text, "sample", temperature=1.3, top_k=4, seed=seed) for _ in range(2))
    assert first.tokens == second.tokens
    assert_one_path(model, first)


def test_other_seeds_give_other_translations() -> None:
    model = toy_translator(scale=0.3)
    assert len({model.translate("abc", "sample", seed=seed).text for seed in range(20)}) > 10


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p"),
    [
        (1.0, None, None),
        (0.5, None, None),
        (2.5, None, None),
        (1.0, 3, None),
        (0.7, 2, None),
        (1.0, None, 0.6),
        (1.5, 5, 0.7),
        (1.0, None, 0.01),
    ],
)
def test_drawn_frequencies_are_the_probabilities(temperature: float, top_k: int | None, top_p: float | None) -> None:
    model = toy_translator(seed=4, max_target_length=2)
    draws = 1500
    traces = [
        model.translate("abc", "sample", temperature=temperature, top_k=top_k, top_p=top_p, seed=seed)
        for seed in range(draws)
    ]
    expected = softmax(traces[0].logits[0].astype(np.float64) / temperature)
    if top_k is not None:
        expected[np.argsort(-expected)[top_k:]] = 0
        expected /= expected.sum()
    if top_p is not None:
        order = np.argsort(-expected)
        # each that is drawn is needed: those before it do not make up the share
        expected[order[np.cumsum(expected[order]) - expected[order] >= top_p]] = 0
        expected /= expected.sum()
    np.testing.assert_allclose(traces[0].chosen_from[0], expected, atol=1e-6)
    observed = np.bincount([trace.ids[0] for trace in traces], minlength=len(expected)) / draws
    deviation = np.sqrt(expected * (1 - expected) / draws)
    assert (np.abs(observed - expected) <= 4 * deviation).all()
    # what the trace shows are the network's own probabilities, whatever the dials
    np.testing.assert_allclose(traces[0].probabilities[0], softmax(traces[0].logits[0]), atol=1e-7)


@given(model=networks, text=sentences, top_k=st.integers(1, 4), seed=st.integers(0, 99))
def test_top_k_never_leaves_the_k_most_probable(model: Translator, text: str, top_k: int, seed: int) -> None:
    trace = model.translate(text, "sample", temperature=10, top_k=top_k, seed=seed)
    for step, token_id in enumerate(trace.ids):
        assert token_id in trace.ranking(step)[:top_k]


# --- beam search


def every_translation(model: Translator, text: str) -> dict[tuple[int, ...], float]:
    """Log-probability a token of all that can be written, found by trying it all."""
    start, bounds = first_state(model, text), model.bounds(len(text))
    found = {}
    tokens = range(len(model.vocabularies.target))
    for length in range(1, bounds.max_steps + 1):
        for ids in product(tokens, repeat=length):
            ends_early = bounds.end_id in ids[:-1]
            if ends_early or (ids[-1] != bounds.end_id and length < bounds.max_steps):
                continue
            state, total, previous = start, 0.0, bounds.start_id
            for token_id in ids:
                state, logits = model.network.step(state, np.array([previous]))
                total += float(log_softmax(logits[0].astype(np.float64))[token_id])
                previous = token_id
            found[ids] = total / length
    return found


@given(seed=st.integers(0, 10_000), scale=st.sampled_from([0.5, 2.0]))
def test_a_wide_enough_beam_is_exhaustive_search(seed: int, scale: float) -> None:
    """Three tokens, at most four steps: 8 open translations with 24 continuations at the last, all of one length."""
    model = toy_translator(seed, target="\t\nx", max_target_length=3, scale=scale, units=3)
    everything = every_translation(model, "abc")
    trace = model.translate("abc", "beam", beam_width=20)
    best = max(everything, key=lambda ids: everything[ids])
    assert trace.hypotheses[0].score == pytest.approx(everything[best], abs=1e-5)
    assert everything[tuple(trace.ids.tolist())] == pytest.approx(everything[best], abs=1e-5)
    # so it can be no worse than greedy here, which is one of them
    greedy = model.translate("abc")
    assert trace.hypotheses[0].score >= log_probability(greedy) / len(greedy) - 1e-6


def test_an_unlimited_beam_finds_every_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beam_search, "MAX_BEAM_WIDTH", 10_000)
    model = toy_translator(3, target="\t\nxy", max_target_length=3, units=3)
    everything = every_translation(model, "abc")
    trace = model.translate("abc", "beam", beam_width=10_000)
    scores = [found.score for found in trace.hypotheses]
    assert scores == pytest.approx(sorted(everything.values(), reverse=True), abs=1e-5)


@given(model=networks, text=sentences, width=st.integers(1, 8), prefix=written)
def test_hypotheses_are_ranked_and_the_first_is_the_translation(
    model: Translator, text: str, width: int, prefix: str
) -> None:
    trace = model.translate(text, "beam", beam_width=width, prefix=prefix)
    scores = [found.score for found in trace.hypotheses]
    assert scores == sorted(scores, reverse=True)
    assert 1 <= len(scores) <= width
    best = trace.hypotheses[0]
    assert best.text == trace.text
    # the search steps several sentences at once and the trace one: the same up to rounding
    assert best.log_probability == pytest.approx(log_probability(trace), abs=1e-4)
    assert best.score == pytest.approx(best.log_probability / len(trace), abs=1e-9)
    assert_one_path(model, trace)


def beam_to_the_limit(model: Translator, text: str, width: int) -> list[tuple[int, ...]]:
    """The best of a search that never stops early."""
    state, bounds = first_state(model, text), model.bounds(len(model.source_ids(text)))
    beam: list[tuple[tuple[int, ...], float]] = [((), 0.0)]
    finished: list[tuple[tuple[int, ...], float]] = []
    ids = np.array([bounds.start_id])
    for _ in range(bounds.max_steps):
        state, logits = model.network.step(state, ids)
        totals = log_softmax(logits.astype(np.float64)) + [[total] for _, total in beam]
        kept = [divmod(int(i), totals.shape[1]) for i in np.argsort(-totals, axis=None, kind="stable")[:width]]
        grown = [(row, ((*beam[row][0], token), float(totals[row, token]))) for row, token in kept]
        finished += [candidate for _, candidate in grown if candidate[0][-1] == bounds.end_id]
        open_ = [(row, candidate) for row, candidate in grown if candidate[0][-1] != bounds.end_id]
        if not open_:
            break
        state, beam = state.select([row for row, _ in open_]), [candidate for _, candidate in open_]
        ids = np.array([written[-1] for written, _ in beam])
    else:
        finished += beam
    finished.sort(key=lambda candidate: -candidate[1] / len(candidate[0]))
    return [written for written, _ in finished[:width]]


def test_a_beam_stops_early_only_when_its_whole_list_is_certain() -> None:
    """All of them, not the best alone."""
    for seed in range(60):
        model = toy_translator(seed, max_target_length=12)
        search = beam_search.BeamSearch(4)
        bounds = model.bounds(len(model.source_ids("abc")))
        found = search.search(model.network, first_state(model, "abc"), bounds)[:4]
        assert [candidate.ids for candidate in found] == beam_to_the_limit(model, "abc", 4), seed


def test_a_beam_finds_what_greedy_misses() -> None:
    """No theorem for a narrow beam, so by example: over many sentences it is better on the whole."""
    better = worse = 0
    for seed in range(40):
        model = toy_translator(seed)
        greedy, beam = model.translate("abc"), model.translate("abc", "beam", beam_width=5)
        gain = beam.hypotheses[0].score - log_probability(greedy) / len(greedy)
        better += gain > 1e-6
        worse += gain < -1e-6
    assert better > 10
    assert worse < better / 5


# --- a forced beginning

methods = st.sampled_from(
    [{"method": "greedy"}, {"method": "sample", "temperature": 2.0, "seed": 5}, {"method": "beam", "beam_width": 4}]
)


@given(model=networks, text=sentences, prefix=written, dials=methods)
def test_every_method_begins_with_the_prefix(model: Translator, text: str, prefix: str, dials: dict[str, Any]) -> None:
    trace = model.translate(text, prefix=prefix, **dials)
    assert "".join(trace.tokens).startswith(prefix)
    assert trace.forced == len(prefix)
    assert trace.decoding.prefix == prefix
    assert_one_path(model, trace)


@given(model=networks, text=sentences, prefix=st.text("xyzé ", max_size=8), dials=methods)
def test_a_newline_forces_the_end(model: Translator, text: str, prefix: str, dials: dict[str, Any]) -> None:
    trace = model.translate(text, prefix=prefix + "\n", **dials)
    assert trace.text == prefix
    assert trace.finished
    assert trace.forced == len(trace) == len(prefix) + 1


@given(model=networks, text=sentences, dials=methods)
def test_forcing_its_own_translation_changes_nothing(model: Translator, text: str, dials: dict[str, Any]) -> None:
    trace = model.translate(text, **dials)
    if "\t" in trace.tokens:
        return  # a start token in the middle is the network's to write, and nobody's to force
    again = model.translate(text, prefix="".join(trace.tokens))
    assert again.tokens == trace.tokens
    np.testing.assert_array_equal(again.logits, trace.logits)


@given(model=networks, text=sentences, cut=st.integers(0, 5))
def test_greedy_goes_on_from_its_own_beginning(model: Translator, text: str, cut: int) -> None:
    """ "What if?" and back: forcing what it would have chosen is no change."""
    trace = model.translate(text)
    beginning = "".join(trace.tokens[:cut])
    if "\t" not in beginning:
        assert model.translate(text, prefix=beginning).tokens == trace.tokens


def test_typed_prefixes_are_normalized() -> None:
    trace = toy_translator().translate("abc", prefix="xe\u0301")
    assert trace.text.startswith("xé")
    assert trace.forced == 2


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("xq", "“q”"),
        ("x\ty", "start"),
        ("x\ny", "end of sentence"),
        ("\n\n", "end of sentence"),
        ("x" * 10, "at most 9"),
        ("x" * 9 + "\n", "at most 9"),
        ("x\udcff", "cannot write"),
    ],
)
def test_a_prefix_that_cannot_be_written_is_refused(prefix: str, expected: str) -> None:
    with pytest.raises(Seq2SeqError, match=expected) as raised:
        toy_translator().translate("abc", prefix=prefix)
    str(raised.value).encode()  # can be printed


# --- dials


@pytest.mark.parametrize(
    ("dials", "expected"),
    [
        ({"method": "magic"}, "'magic' is not known"),
        ({"method": "sample", "temperature": 0}, "temperature 0"),
        ({"method": "sample", "temperature": -1.0}, "temperature -1"),
        ({"method": "sample", "temperature": 11}, "temperature 11"),
        ({"method": "sample", "temperature": float("nan")}, "temperature nan"),
        ({"method": "sample", "temperature": float("inf")}, "temperature inf"),
        ({"method": "sample", "top_k": 0}, "top_k=0"),
        ({"method": "sample", "top_k": -2}, "top_k=-2"),
        ({"method": "sample", "top_p": 0}, "top_p=0"),
        ({"method": "sample", "top_p": 1.2}, "top_p=1.2"),
        ({"method": "sample", "top_p": float("nan")}, "top_p=nan"),
        ({"method": "sample", "seed": -1}, "seed -1"),
        ({"method": "sample", "seed": 2**64}, "seed 18446744073709551616"),
        ({"method": "beam", "beam_width": 0}, "beam width 0"),
        ({"method": "beam", "beam_width": 21}, "beam width 21"),
    ],
)
def test_dials_out_of_range_are_refused(dials: dict[str, Any], expected: str) -> None:
    with pytest.raises(Seq2SeqError, match=expected):
        toy_translator().translate("abc", **dials)


def test_an_unknown_method_lists_those_that_exist() -> None:
    with pytest.raises(Seq2SeqError, match="greedy, sample, beam"):
        make_method(Decoding(method=""), toy_translator().network)


def test_top_k_larger_than_the_vocabulary_keeps_everything() -> None:
    model = toy_translator()
    with_k, without = (model.translate("abc", "sample", top_k=k, seed=1) for k in (10_000, None))
    assert with_k.tokens == without.tokens


def test_methods_are_registered_by_their_names() -> None:
    assert list(DECODING_METHODS) == [method.name for method in DECODING_METHODS.values()]
    assert all(method.title for method in DECODING_METHODS.values())


# --- the sentence


@pytest.mark.parametrize("text", ["", " ", " \n\t "])
def test_empty_text_is_refused(text: str) -> None:
    with pytest.raises(Seq2SeqError, match="nothing to translate"):
        toy_translator().translate(text)


def test_text_over_the_limit_is_refused() -> None:
    model = toy_translator()
    assert len(model.translate("a" * MAX_SOURCE_TOKENS).encoder.tokens) == MAX_SOURCE_TOKENS
    with pytest.raises(Seq2SeqError, match=f"{MAX_SOURCE_TOKENS + 1} characters; at most {MAX_SOURCE_TOKENS}"):
        model.translate("a" * (MAX_SOURCE_TOKENS + 1))


def test_text_of_unknown_characters_alone_is_refused() -> None:
    with pytest.raises(Seq2SeqError, match="never seen any of these"):
        toy_translator().translate("🙂🙂")


@given(model=networks, text=sentences)
def test_unknown_characters_are_dropped_and_named(model: Translator, text: str) -> None:
    plain, odd = model.translate(text), model.translate(f"🙂{text}Q")
    assert odd.tokens == plain.tokens
    np.testing.assert_array_equal(odd.logits, plain.logits)
    assert [(item.position, item.text) for item in odd.unknown] == [(0, "🙂"), (len(text) + 1, "Q")]
    assert odd.source == f"🙂{text}Q"


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_softmax_that_is_fed_back_is_what_the_network_was_trained_with(cell: str, tiny_config: ModelConfig) -> None:
    """Keras' own free-running graph writes the same probabilities."""
    import keras

    from seq2seq_core.data.vectorization import encode_pairs, network_inputs
    from seq2seq_core.models import build_network
    from seq2seq_core.saving.load_model import translator_of
    from seq2seq_core.training.free_running import free_running

    config = replace(tiny_config, cell=cell, layers=2)
    vocabularies = VocabularyPair.from_pairs(PAIRS)
    keras.utils.set_random_seed(4)
    network = build_network(config, vocabularies)
    network.set_weights([3 * weights for weights in network.get_weights()])  # so that it is sure of something
    trace = translator_of(network, config, vocabularies).translate(PAIRS[0].source, "softmax")
    ids = encode_pairs([PAIRS[0]], vocabularies, config)
    expected = np.asarray(free_running(network)(network_inputs(ids, vocabularies)))[0]
    steps = min(len(expected), len(trace))
    assert steps > 2
    np.testing.assert_allclose(trace.probabilities[:steps], expected[:steps], atol=1e-5)
    greedy = translator_of(network, config, vocabularies).translate(PAIRS[0].source)
    assert np.abs(greedy.probabilities[1] - trace.probabilities[1]).max() > 1e-3


def test_the_free_running_model_writes_something_else_as_it_was_trained() -> None:
    """What its card says."""
    model = load_model("en-fr-char-lstm-free-running")
    for method in ("greedy", "softmax"):
        assert f"“{model.translate('Be nice.', method).text}”" in model.card


def test_a_network_that_cannot_read_a_softmax_says_so() -> None:
    model = load_model("en-fr-char-attention")
    assert list(methods_for(model.network)) == ["greedy", "sample", "beam"]
    with pytest.raises(Seq2SeqError, match=r"cannot be given a softmax.* one of greedy, sample, beam, not softmax"):
        model.translate("Be nice.", "softmax")
