"""The NumPy inference against the tutorial's own Keras inference models: every probability and state, to 1e-5."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from sample_pairs import PAIRS
from tutorial_script import InferenceModels, Tutorial

from seq2seq_core import Translator, load_model
from seq2seq_core.inference.trace import DecodeTrace, LayerTrace
from seq2seq_core.layers.numerics import softmax
from seq2seq_core.models.recurrent import RecurrentState

TOLERANCE = 1e-5


@dataclass(frozen=True)
class Case:
    """The same weights twice: as our Translator and as the tutorial's Keras models."""

    ours: Translator
    theirs: InferenceModels
    sentences: Sequence[str]

    def rows(self, texts: Sequence[str]) -> np.ndarray:
        """encoder_input_data of any sentences, padded as this model's training was."""
        index = self.ours.vocabularies.source.ids
        rows = np.zeros((len(texts), self.ours.vocabularies.max_source_length, len(index)), "float32")
        for i, text in enumerate(texts):
            for t, char in enumerate(text):
                rows[i, t, index[char]] = 1
            if self.ours.config.source_padding == "space":
                rows[i, len(text) :, index[" "]] = 1
        return rows

    def random_sentences(self, count: int, seed: int) -> list[str]:
        rng = np.random.default_rng(seed)
        tokens, longest = self.ours.vocabularies.source.tokens, self.ours.vocabularies.max_source_length
        texts = ["".join(rng.choice(tokens, rng.integers(1, longest + 1))) for _ in range(count)]
        return [text if text.strip() else "x" for text in texts]


@pytest.fixture(scope="module", params=["mask", "zeros", "space"])
def case(request: pytest.FixtureRequest, tiny_checkpoint: Path, tutorial_run: Callable[[str], Tutorial]) -> Case:
    if request.param == "mask":
        import keras

        network = keras.models.load_model(tiny_checkpoint / "model.keras")
        return Case(load_model(tiny_checkpoint), InferenceModels(network), [pair.source for pair in PAIRS[:40]])
    run = tutorial_run(request.param)
    ours = load_model(run.keras_file, pairs=run.pairs_file, num_samples=run.num_samples, padding=request.param)
    return Case(ours, run.inference, run.data.input_texts[::6])


def assert_close(ours: np.ndarray, theirs: np.ndarray, what: str) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE, err_msg=what)


def check_encoder(case: Case, texts: Sequence[str]) -> None:
    """h and c after every single character, padding included where the model reads it."""
    rows = case.rows(texts)
    h, c = case.theirs.encode_stepwise(rows)
    final_h, final_c = case.theirs.encode(rows)
    for i, text in enumerate(texts):
        layer = case.ours.translate(text).encoder.layers[0]
        assert layer.c is not None
        steps = len(layer.h)
        assert steps == (len(text) if case.ours.config.source_padding == "mask" else rows.shape[1])
        assert_close(layer.h, h[i, :steps], f"h of {text!r}")
        assert_close(layer.c, c[i, :steps], f"c of {text!r}")
        # with a mask the padding behind changes nothing: the state handed over is the last character's
        assert_close(layer.h[-1], final_h[i], f"last h of {text!r}")
        assert_close(layer.c[-1], final_c[i], f"last c of {text!r}")


def test_encoder_on_real_sentences(case: Case) -> None:
    check_encoder(case, case.sentences)


def test_encoder_on_random_sentences(case: Case) -> None:
    check_encoder(case, case.random_sentences(30, seed=1))


def check_decoding(case: Case, texts: Sequence[str]) -> None:
    """The whole loop: every character chosen, every probability, h and c."""
    vocabularies = case.ours.vocabularies
    decoded = case.theirs.decode_sequences(
        case.rows(texts), list(vocabularies.target.tokens), vocabularies.max_target_length
    )
    for text, theirs in zip(texts, decoded, strict=True):
        trace = case.ours.translate(text)
        assert "".join(trace.tokens) == theirs.text
        assert_close(trace.probabilities, theirs.probabilities, f"probabilities of {text!r}")
        assert_close(trace.layers[0].h, theirs.h, f"h of {text!r}")
        assert trace.layers[0].c is not None
        assert_close(trace.layers[0].c, theirs.c, f"c of {text!r}")


def test_decoding_of_real_sentences(case: Case) -> None:
    check_decoding(case, case.sentences)


def test_decoding_of_random_sentences(case: Case) -> None:
    check_decoding(case, case.random_sentences(30, seed=2))


def test_decoder_on_random_ids(case: Case) -> None:
    """Tokens no decoding method would choose, from states no sentence leads to, several rows at once."""
    rng = np.random.default_rng(3)
    rows, steps, size = 8, 40, len(case.ours.vocabularies.target)
    units = case.ours.network.decoder[0].units
    h, c = (rng.uniform(-1, 1, (rows, units)).astype(np.float32) for _ in range(2))
    ours, theirs = RecurrentState(((h, c),)), [h, c]
    for ids in rng.integers(0, size, (steps, rows)):
        ours, logits = case.ours.network.step(ours, ids)
        probabilities, *theirs = case.theirs.step(np.eye(size, dtype="float32")[ids][:, None], theirs)
        assert_close(softmax(logits), probabilities, "probabilities")
        ((ours_h, ours_c),) = ours.states
        assert ours_c is not None
        assert_close(ours_h, theirs[0], "h")
        assert_close(ours_c, theirs[1], "c")


def test_one_call_a_sentence_computes_the_same(case: Case) -> None:
    """The witness itself: sentences side by side against one at a time, as the tutorial's script does it."""
    vocabularies = case.ours.vocabularies
    arguments = (list(vocabularies.target.tokens), vocabularies.max_target_length)
    rows = case.rows(case.sentences[:2])
    together = case.theirs.decode_sequences(rows, *arguments)
    alone = [case.theirs.decode_sequences(rows[i : i + 1], *arguments)[0] for i in range(2)]
    for first, second in zip(together, alone, strict=True):
        assert first.text == second.text
        assert_close(first.probabilities, second.probabilities, "probabilities")


def check_gates(layer: LayerTrace, h: np.ndarray, c: np.ndarray) -> None:
    """c ← f∘c + i∘g and h ← o∘tanh(c), from the state before the first step."""
    assert layer.gate_names == ("i", "f", "g", "o")
    assert layer.c is not None
    for step, (i, f, g, o) in enumerate(layer.gates.astype(np.float64)):
        c = f * c + i * g
        h = o * np.tanh(c)
        # relative to c, which is not bounded: a float32 has seven digits
        np.testing.assert_allclose(layer.c[step], c, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(layer.h[step], h, rtol=0, atol=1e-6)
        h, c = layer.h[step], layer.c[step]


def test_gates_give_the_states(case: Case) -> None:
    for text in [*case.sentences[:10], *case.random_sentences(5, seed=4)]:
        trace: DecodeTrace = case.ours.translate(text)
        encoder, decoder = trace.encoder.layers[0], trace.layers[0]
        assert encoder.c is not None
        check_gates(encoder, np.zeros_like(encoder.h[0]), np.zeros_like(encoder.c[0]))
        check_gates(decoder, encoder.h[-1], encoder.c[-1])


def test_logits_are_the_output_layer_over_h(case: Case) -> None:
    trace = case.ours.translate(case.sentences[0])
    network = case.ours.network
    expected = trace.layers[0].h.astype(np.float64) @ network.output_kernel + network.output_bias
    np.testing.assert_allclose(trace.logits, expected, atol=TOLERANCE)
    np.testing.assert_allclose(trace.probabilities, softmax(expected), atol=TOLERANCE)
