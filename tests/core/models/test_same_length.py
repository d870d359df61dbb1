"""The network that writes as it reads: the NumPy inference against Keras, what it is trained on, what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seq2seq_core import Seq2SeqError, Translator, load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.batching import batches
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.data.vectorization import encode_pairs, one_hot
from seq2seq_core.data.vocabulary import END, VocabularyPair
from seq2seq_core.inference.trace import DecodeTrace
from seq2seq_core.inference.translate_many import log_probabilities, translate_batch
from seq2seq_core.models import KINDS, build_network
from seq2seq_core.saving.model_folder import save_checkpoint

PAIRS = TASKS["digit-sums"].pairs(40)
VOCABULARIES = VocabularyPair.from_pairs(PAIRS)
CONFIGS = [
    ModelConfig("lstm-1", "", architecture="same_length", units=6),
    ModelConfig("lstm-2-reversed", "", architecture="same_length", units=5, layers=2, reverse_source=True),
    ModelConfig("gru-2", "", architecture="same_length", units=7, layers=2, cell="gru"),
]


@dataclass
class Case:
    ours: Translator
    theirs: Any  # keras.Model
    config: ModelConfig

    def probabilities(self, text: str) -> np.ndarray:
        """Keras' (steps, target vocabulary) for one sentence."""
        ids = VOCABULARIES.source.encode(text)
        ids = ids[::-1] if self.config.reverse_source else ids
        return np.asarray(self.theirs([one_hot(np.array([ids]), len(VOCABULARIES.source))]))[0]


@pytest.fixture(scope="module", params=CONFIGS, ids=lambda config: config.name)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    import keras

    keras.utils.set_random_seed(2)
    network = build_network(request.param, VOCABULARIES)
    network.set_weights([weights * 3 for weights in network.get_weights()])  # sharp enough to be worth comparing
    folder: Path = tmp_path_factory.mktemp("same") / request.param.name
    save_checkpoint(folder, network, request.param, VOCABULARIES)
    return Case(load_model(folder), keras.models.load_model(folder / "model.keras"), request.param)


def test_every_probability_is_keras_own(case: Case) -> None:
    assert case.ours.network.parameters == case.theirs.count_params()
    for source, _ in PAIRS[::4]:
        trace = case.ours.translate(source)
        np.testing.assert_allclose(trace.probabilities, case.probabilities(source), rtol=0, atol=1e-5)
        assert len(trace) == len(source)
        assert trace.finished
        assert len(trace.layers) == case.config.layers
        assert trace.encoder.layers == ()
        assert len(trace.encoder.tokens) == len(source)


def test_many_at_once_are_the_same(case: Case) -> None:
    sources = [source for source, _ in PAIRS]
    for index, text in translate_batch(case.ours, sources):
        assert text == case.ours.translate(sources[index]).text
    for pair, ours in zip(PAIRS, log_probabilities(case.ours, PAIRS), strict=True):
        rows = np.log(case.probabilities(pair.source))
        expected = rows[np.arange(len(pair.target)), VOCABULARIES.target.encode(pair.target)]
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("method", ["sample", "beam"])
def test_what_is_written_changes_nothing_that_follows(case: Case, method: str) -> None:
    source = PAIRS[0].source
    plain, forced = case.ours.translate(source), case.ours.translate(source, method, prefix="000")
    np.testing.assert_array_equal(plain.logits, forced.logits)
    assert not case.ours.kind.claims.feeds_back


def test_a_later_token_changes_nothing_before_it(case: Case) -> None:
    """It can use what it has read so far, and nothing that is still to come."""
    if case.config.reverse_source:
        pytest.skip("it reads from the end")
    one, other = case.ours.translate("123456"), case.ours.translate("123499")
    np.testing.assert_array_equal(one.logits[:4], other.logits[:4])
    assert not np.array_equal(one.logits[4], other.logits[4])


def test_its_trace_comes_back_from_json_and_csv(case: Case) -> None:
    trace = case.ours.translate(PAIRS[0].source)
    for again in (DecodeTrace.from_json(trace.to_json()), DecodeTrace.from_csv(trace.to_csv())):
        assert again.kind == "same_length"
        assert again.encoder.layers == ()
        np.testing.assert_array_equal(again.layers[0].h, trace.layers[0].h)


def test_it_is_trained_on_every_token_but_the_end() -> None:
    config = CONFIGS[0]
    (batch,) = batches(encode_pairs(PAIRS, VOCABULARIES, config), len(PAIRS))
    (source,), target, weights = KINDS["same_length"].training_arrays(batch, VOCABULARIES)
    assert source.shape[:2] == target.shape == weights.shape
    for pair, row, counts in zip(PAIRS, target, weights, strict=True):
        length = len(pair.target)
        assert row[:length].tolist() == VOCABULARIES.target.encode(pair.target)
        assert counts.tolist() == [1] * length + [0] * (len(counts) - length)
    assert VOCABULARIES.target.ids[END] not in target[weights > 0]


def test_pairs_of_other_lengths_are_refused() -> None:
    with pytest.raises(Seq2SeqError, match=r"'ab' has 2 and 'abc' has 3"):
        KINDS["same_length"].refuse_pairs([Pair("a", "b"), Pair("ab", "abc")], VOCABULARIES)


@pytest.mark.parametrize("change", [{"teacher_forcing": False}, {"source_padding": "zeros"}, {"dropout": 0.1}])
def test_what_it_cannot_be_is_refused(change: dict[str, Any]) -> None:
    config = ModelConfig("same", "", architecture="same_length", **change)
    with pytest.raises(Seq2SeqError):
        KINDS["same_length"].refuse(config)
