"""Every architecture beyond the canonical one: the NumPy inference against Keras, every probability, to 1e-5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from parity_checks import TOLERANCE, assert_close, check_scores_of_many, check_texts_of_many
from sample_pairs import PAIRS

from seq2seq_core import Translator, load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.data.training_data import make_vocabularies
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.inference.trace import LayerTrace
from seq2seq_core.layers.numerics import softmax
from seq2seq_core.layers.stack import step_layers
from seq2seq_core.models.repeat_vector.network import RepeatVector

SENTENCES = [pair for pair in PAIRS if len(pair.source) < 14]
SUMS = TASKS["addition"].pairs(40)

CONFIGS = {
    config.name: config
    for config in [
        ModelConfig("gru", "", cell="gru", units=9),
        ModelConfig("gru-zeros", "", cell="gru", units=6, source_padding="zeros"),
        ModelConfig("lstm-2", "", layers=2, units=7),
        ModelConfig("lstm-3-space", "", layers=3, units=5, source_padding="space"),
        ModelConfig("gru-2", "", cell="gru", layers=2, units=7),
        ModelConfig("word-lstm", "", level="word", units=8),
        ModelConfig("word-gru", "", level="word", cell="gru", units=8, max_words=40),
        ModelConfig("word-gru-2-reversed", "", level="word", cell="gru", layers=2, units=6, reverse_source=True),
        ModelConfig("free-running-lstm", "", teacher_forcing=False, units=8),
        ModelConfig("free-running-gru-2", "", teacher_forcing=False, cell="gru", layers=2, units=6),
        ModelConfig("reversed", "", reverse_source=True, units=8),
        ModelConfig("reversed-zeros", "", reverse_source=True, source_padding="zeros", units=8),
        *(
            ModelConfig(
                f"repeat-{cell}-{layers}",
                "",
                task="addition",
                num_samples=40,
                architecture="repeat_vector",
                cell=cell,
                layers=layers,
                units=8,
                reverse_source=layers == 2,
            )
            for cell in ("lstm", "gru")
            for layers in (1, 2)
        ),
        ModelConfig("repeat-word", "", level="word", architecture="repeat_vector", units=6),
    ]
}


@dataclass(frozen=True)
class Case:
    """The same weights twice: as our Translator, and in the Keras network they were saved from."""

    folder: Path
    ours: Translator
    theirs: Any  # the network that was saved
    states: Any  # source → h of every step, then the last state, of each encoder layer in turn
    outputs: Any  # all inputs → h of every step of each decoder layer, then the probabilities
    pairs: list[Pair]

    @property
    def config(self) -> ModelConfig:
        return self.ours.config

    @property
    def one_input(self) -> bool:
        return self.config.architecture == "repeat_vector"

    def call(self, model: Any, source: np.ndarray, target: np.ndarray) -> list[np.ndarray]:
        inputs = source if self.one_input else [source, target]
        return [np.asarray(array) for array in model(inputs)]

    def source(self, texts: list[str]) -> np.ndarray:
        """What Keras reads: built token by token, by the config's own words."""
        vocabulary = self.ours.vocabularies.source
        rows = [vocabulary.split(text) for text in texts]
        if self.config.reverse_source:
            rows = [row[::-1] for row in rows]
        longest = max(map(len, rows))
        if self.config.source_padding != "mask":
            longest = self.ours.vocabularies.max_source_length
        if self.config.source_padding == "space":
            rows = [[*row, *" " * (longest - len(row))] for row in rows]
        return self.vectors(vocabulary, rows, longest)

    def target(self, texts: list[str]) -> np.ndarray:
        vocabulary = self.ours.vocabularies.target
        rows = [["\t", *vocabulary.split(text)] for text in texts]
        return self.vectors(vocabulary, rows, max(map(len, rows)))

    def vectors(self, vocabulary: Any, rows: list[list[str]], longest: int) -> np.ndarray:
        if vocabulary.kind == "word":
            ids = np.zeros((len(rows), longest), "int32")
            for row, tokens in enumerate(rows):
                ids[row, : len(tokens)] = [vocabulary.ids.get(token, vocabulary.ids["<unk>"]) for token in tokens]
            return ids
        vectors = np.zeros((len(rows), longest, len(vocabulary)), "float32")
        for row, tokens in enumerate(rows):
            for step, token in enumerate(tokens):
                vectors[row, step, vocabulary.ids[token]] = 1
        return vectors

    def from_ids(self, ids: np.ndarray, size: int) -> np.ndarray:
        return ids.astype("int32") if self.config.level == "word" else np.eye(size, dtype="float32")[ids]


def free_step(network: Any, case_source: np.ndarray, case_target: np.ndarray, ids: np.ndarray) -> None:
    """One training step without teacher forcing."""
    from seq2seq_core.training.free_running import free_running

    running = free_running(network)
    running.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", run_eagerly=True)
    running.train_on_batch([case_source, case_target], ids)


def build(config: ModelConfig, vocabularies: VocabularyPair, seed: int = 11) -> Any:
    """Weights so large that sentences and steps are told apart, biases that are not zero."""
    import keras

    from seq2seq_core.models import build_network

    keras.utils.set_random_seed(seed)
    network = build_network(config, vocabularies)
    rng = np.random.default_rng(seed)
    larger = {"kernel": 4, "recurrent_kernel": 1.5, "bias": 1, "embeddings": 20}
    network.set_weights(
        [
            larger[v.name] * w + rng.normal(scale=0.3, size=w.shape)
            for v, w in zip(network.weights, network.get_weights(), strict=True)
        ]
    )
    return network


def make_case(config: ModelConfig, folder: Path) -> Case:
    import keras

    from seq2seq_core.saving.model_folder import save_checkpoint

    pairs = SUMS if config.task == "addition" else SENTENCES
    vocabularies = make_vocabularies(config, pairs)
    network = build(config, vocabularies)
    if not config.teacher_forcing:
        size = len(vocabularies.target)
        one_hot = np.eye(size, dtype="float32")[np.full((4, 6), vocabularies.target.ids["\t"])]
        source = np.eye(len(vocabularies.source), dtype="float32")[np.arange(20).reshape(4, 5)]
        free_step(network, source, one_hot, np.arange(24).reshape(4, 6) % size)
    save_checkpoint(folder, network, config, vocabularies)

    layers = {
        side: [layer for layer in network.layers if hasattr(layer, "cell") and side in layer.name]
        for side in ("encoder", "decoder")
    }
    assert len(layers["encoder"]) == len(layers["decoder"]) == config.layers
    states = []
    for layer in layers["encoder"]:
        # the same layer once more, which gives away all it computes
        twin = type(layer)(layer.units, return_sequences=True, return_state=True)
        x, *mask = layer.input if isinstance(layer.input, list) else [layer.input]
        states += twin(x, mask=mask[0] if mask else None)
        twin.set_weights(layer.get_weights())
    decoded = [
        layer.output if config.architecture == "repeat_vector" else layer.output[0] for layer in layers["decoder"]
    ]
    return Case(
        folder,
        load_model(folder),
        network,
        keras.Model(network.inputs[0], states),
        keras.Model(
            network.inputs[0] if config.architecture == "repeat_vector" else network.inputs,
            [*decoded, *network.outputs],
        ),
        pairs,
    )


@pytest.fixture(scope="module")
def case_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    made: dict[str, Case] = {}

    def get(name: str) -> Case:
        if name not in made:
            made[name] = make_case(CONFIGS[name], tmp_path_factory.mktemp(name))
        return made[name]

    return get


@pytest.fixture(params=CONFIGS)
def case(request: pytest.FixtureRequest, case_of: Callable[[str], Case]) -> Case:
    return case_of(request.param)


def assert_worth_comparing(probabilities: np.ndarray) -> None:
    """Neither uniform nor the same for every sentence and step."""
    assert probabilities.max(axis=-1).mean() > 2 / probabilities.shape[-1]
    assert probabilities.std(axis=0).max() > 500 * TOLERANCE
    if probabilities.shape[1] > 1:
        assert probabilities.std(axis=1).max() > 500 * TOLERANCE


def test_the_file_is_this_architecture(case: Case) -> None:
    network = case.ours.network
    assert (len(network.encoder), len(network.decoder)) == (case.config.layers, case.config.layers)
    assert all(cell.has_c == (case.config.cell == "lstm") for cell in (*network.encoder, *network.decoder))
    assert isinstance(network, RepeatVector) == case.one_input
    assert (network.encoder_embedding is not None) == (case.config.level == "word")
    assert network.reads_padding == (case.config.source_padding != "mask")
    assert network.parameters == case.theirs.count_params()


def test_encoder_on_real_sentences(case: Case) -> None:
    """h after every token and the last state of every layer, one sentence at a time."""
    pairs = case.pairs[::3]
    found = [np.asarray(array) for array in case.states(case.source([pair.source for pair in pairs]))]
    has_c = case.config.cell == "lstm"
    for row, pair in enumerate(pairs):
        trace = case.ours.translate(pair.source).encoder
        for number, layer in enumerate(trace.layers):
            all_h, last_h, *last_c = found[number * (2 + has_c) : (number + 1) * (2 + has_c)]
            what = f"layer {number} of {pair.source!r}"
            assert_close(layer.h, all_h[row, : len(layer.h)], what)
            assert_close(layer.h[-1], last_h[row], what)
            assert (layer.c is not None) == has_c
            if layer.c is not None:
                assert_close(layer.c[-1], last_c[0][row], what)


def test_decoder_on_real_sentences(case: Case) -> None:
    """Teacher-forced: every probability, and h of every layer, at every step; one sentence at a time."""
    pairs = case.pairs[::3]
    source, target = case.source([pair.source for pair in pairs]), case.target([pair.target for pair in pairs])
    *layers, probabilities = case.call(case.outputs, source, target)
    assert_worth_comparing(probabilities)
    for row, pair in enumerate(pairs):
        known = "".join(
            token
            for token in case.ours.vocabularies.target.split(pair.target)
            if token in case.ours.vocabularies.target.ids
        )
        if known != pair.target:
            continue  # a reference with unknown words cannot be forced
        trace = case.ours.translate(pair.source, prefix=pair.target + "\n")
        assert len(trace) == len(case.ours.vocabularies.target.split(pair.target)) + 1
        assert_close(trace.probabilities, probabilities[row, : len(trace)], f"probabilities of {pair.source!r}")
        for number, layer in enumerate(trace.layers):
            assert_close(layer.h, layers[number][row, : len(trace)], f"h of layer {number} of {pair.source!r}")


@pytest.mark.parametrize("rows", [1, 8])
def test_random_ids(case: Case, rows: int) -> None:
    """Tokens that no sentence has and no method would choose, one row and several at once."""
    rng = np.random.default_rng(rows)
    network, vocabularies = case.ours.network, case.ours.vocabularies
    first = int(case.config.level == "word")  # a word vocabulary's id 0 is padding
    read = rng.integers(first, network.source_size, (rows, 15))
    written = rng.integers(0, network.target_size, (rows, vocabularies.max_target_length - 1))
    *layers, probabilities = case.call(
        case.outputs, case.from_ids(read, network.source_size), case.from_ids(written, network.target_size)
    )
    state = network.initial_state(network.encode(read, np.full(rows, read.shape[1])))
    for step, ids in enumerate(written.T):
        state, logits = network.step(state, ids)
        assert_close(softmax(logits), probabilities[:, step], f"step {step}")
        for number, (h, _) in enumerate(state.states):
            assert_close(h, layers[number][:, step], f"h of layer {number}, step {step}")


def test_many_sentences_at_once(case: Case) -> None:
    pairs = case.pairs
    source, target = case.source([pair.source for pair in pairs]), case.target([pair.target for pair in pairs])
    *_, probabilities = case.call(case.outputs, source, target)
    check_scores_of_many(case.ours, pairs, probabilities)
    check_texts_of_many(case.ours, [pair.source for pair in pairs])


def check_gates(layer: LayerTrace, h: np.ndarray, c: np.ndarray | None) -> None:
    """Each step's state from its gates and the state before."""
    for step, gates in enumerate(layer.gates.astype(np.float64)):
        if layer.c is None:
            z, _, n = gates
            h = z * h + (1 - z) * n
        else:
            assert c is not None
            i, f, g, o = gates
            c = f * c + i * g
            h = o * np.tanh(c)
            np.testing.assert_allclose(layer.c[step], c, rtol=1e-6, atol=1e-6)
            c = layer.c[step]
        np.testing.assert_allclose(layer.h[step], h, rtol=0, atol=1e-6)
        h = layer.h[step]


def test_gates_give_the_states(case: Case) -> None:
    names = {"lstm": ("i", "f", "g", "o"), "gru": ("z", "r", "n")}[case.config.cell]
    for pair in case.pairs[:8]:
        trace = case.ours.translate(pair.source)
        for reading, writing in zip(trace.encoder.layers, trace.layers, strict=True):
            assert reading.gate_names == writing.gate_names == names
            zeros = np.zeros_like(reading.h[0])
            check_gates(reading, zeros, zeros)
            if case.one_input:
                check_gates(writing, zeros, zeros)
            else:
                check_gates(writing, reading.h[-1], None if reading.c is None else reading.c[-1])


def test_a_repeated_vector_decoder_reads_no_tokens(case_of: Callable[[str], Case]) -> None:
    model = case_of("repeat-gru-2").ours
    free, forced = model.translate("12+7"), model.translate("12+7", prefix="999")
    steps = min(len(free), len(forced))
    np.testing.assert_array_equal(free.probabilities[:steps], forced.probabilities[:steps])


def test_a_repeated_vector_of_another_length_is_refused(case_of: Callable[[str], Case]) -> None:
    """A file may claim any number of steps; the vocabulary's data says how many there can be."""
    model = case_of("repeat-gru-2").ours
    for repeats in (4, 10**12):
        with pytest.raises(Seq2SeqError, match=f"writes {repeats} tokens, but .* up to 5"):
            Translator(model.config, model.vocabularies, replace(model.network, repeats=repeats))


def test_a_reversed_source_is_read_from_its_end(case_of: Callable[[str], Case]) -> None:
    assert case_of("reversed").ours.translate("Be nice.").encoder.tokens == tuple("Be nice."[::-1])
    padded = case_of("reversed-zeros").ours
    missing = padded.vocabularies.max_source_length - 3
    assert padded.translate("Go.").encoder.tokens == (*".oG", *[""] * missing)
    assert case_of("word-gru-2-reversed").ours.translate("Be nice.").encoder.tokens == (".", " nice", "Be")


PLAIN_KERAS = """
import sys
sys.modules["seq2seq_core"] = None  # whoever imports it fails
import numpy as np
import keras
for folder in sys.argv[1:]:
    model = keras.models.load_model(folder + "/model.keras")
    arrays = np.load(folder + "/in.npz")
    inputs = [arrays[name] for name in ("source", "target")[: len(model.inputs)]]
    outputs = model(inputs if len(inputs) > 1 else inputs[0])
    np.save(folder + "/out.npy", np.asarray(outputs))
    print(folder, [layer.name for layer in model.layers if "free" in layer.name or "feedback" in layer.name])
"""


def test_plain_keras_opens_every_file_without_this_package(
    case_of: Callable[[str], Case], run_python: Callable[..., CompletedProcess[str]], tmp_path: Path
) -> None:
    # the others differ in what is read, not in the network
    cases = [case_of(name) for name in CONFIGS if not name.endswith(("-zeros", "-space", "reversed"))]
    folders = []
    for case in cases:
        folder = tmp_path / case.config.name
        folder.mkdir()
        (folder / "model.keras").write_bytes((case.folder / "model.keras").read_bytes())
        pairs = case.pairs[:4]
        np.savez(
            folder / "in.npz",
            source=case.source([p.source for p in pairs]),
            target=case.target([p.target for p in pairs]),
        )
        folders.append(folder)
    done = run_python("-I", "-c", PLAIN_KERAS, *map(str, folders), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{folder} []" for folder in folders]
    for case, folder in zip(cases, folders, strict=True):
        with np.load(folder / "in.npz") as arrays:
            *_, expected = case.call(case.outputs, arrays["source"], arrays["target"])
        assert_close(np.load(folder / "out.npy"), expected, case.config.name)


# --- training without teacher forcing

FREE = [
    replace(CONFIGS["free-running-lstm"], layers=2, units=5),
    CONFIGS["free-running-lstm"],
    CONFIGS["free-running-gru-2"],
]


@pytest.fixture(scope="module", params=FREE, ids=lambda config: f"{config.cell}-{config.layers}")
def free(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Any]:
    """The canonical network of a config, and the one around it that is trained."""
    from seq2seq_core.training.free_running import free_running

    case = make_case(request.param, tmp_path_factory.mktemp("free"))
    return case, free_running(case.theirs)


def free_inputs(case: Case, count: int, steps: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    texts = [pair.source for pair in case.pairs[:count]]
    target = case.target(["x" if "x" in case.ours.vocabularies.target.ids else "a"] * count)[:, :1]
    return texts, case.source(texts), np.repeat(target, steps, axis=1)


def test_free_running_feeds_the_softmax_back(free: tuple[Case, Any]) -> None:
    """The network in training against a loop over the saved one: the softmax vector itself is the next input."""
    case, running = free
    texts, source, target = free_inputs(case, 6, 9)
    theirs = np.asarray(running([source, target]))
    network = case.ours.network
    assert_worth_comparing(theirs)
    for row, text in enumerate(texts):
        ids = case.ours.source_ids(text)
        states = network.initial_state(network.encode(np.array([ids]), np.array([len(ids)]))).states
        projected = network.decoder_table[[case.ours.bounds(len(ids)).start_id]]
        for step in range(9):
            states = step_layers(network.decoder, projected, states)
            probabilities = softmax(network.logits(states[-1][0]))
            assert_close(probabilities[0], theirs[row, step], f"{text!r}, step {step}")
            projected = network.decoder[0].project(probabilities)


def test_free_running_reads_no_target_but_the_start(free: tuple[Case, Any]) -> None:
    case, running = free
    _, source, target = free_inputs(case, 4, 7)
    others = target.copy()
    others[:, 1:] = np.roll(target[:, 1:], 3, axis=-1)
    np.testing.assert_array_equal(np.asarray(running([source, target])), np.asarray(running([source, others])))
    # the canonical one does read them
    assert np.abs(np.asarray(case.theirs([source, target])) - np.asarray(case.theirs([source, others]))).max() > 1e-3


def test_free_running_has_the_canonical_weights(free: tuple[Case, Any]) -> None:
    case, running = free
    assert {id(v) for v in running.trainable_variables} == {id(v) for v in case.theirs.trainable_variables}


def test_the_gradient_goes_through_the_feedback_to_the_encoder(free: tuple[Case, Any]) -> None:
    """A step of plain descent: every weight moves, and the loss falls as fast as the whole gradient says."""
    import keras

    case, running = free
    _, source, target = free_inputs(case, 5, 6)
    size = target.shape[-1]
    ids = np.random.default_rng(4).integers(0, size, (5, 6))
    rate = 1e-3
    running.compile(optimizer=keras.optimizers.SGD(rate), loss="sparse_categorical_crossentropy", run_eagerly=True)
    before = case.theirs.get_weights()
    running.train_on_batch([source, target], ids)
    steps = [old - new for old, new in zip(before, case.theirs.get_weights(), strict=True)]
    names = [variable.path for variable in case.theirs.weights]
    for name, step in zip(names, steps, strict=True):
        assert np.abs(step).max() > 0, name
    assert any(name.startswith("encoder") for name in names)

    def loss(along: float) -> float:
        """Along the gradient, in nats; the mean over a batch's tokens, in float64 from float32 probabilities."""
        case.theirs.set_weights([old + along * step for old, step in zip(before, steps, strict=True)])
        probabilities = np.asarray(running([source, target])).astype(np.float64)
        return float(-np.log(np.take_along_axis(probabilities, ids[..., None], axis=-1)).mean())

    far = 20.0  # steps of plain descent: far enough for float32, near enough for a straight line
    slope = (loss(far) - loss(-far)) / (2 * far)
    expected = sum(float((step.astype(np.float64) ** 2).sum()) for step in steps) / rate
    case.theirs.set_weights(before)
    assert slope == pytest.approx(expected, rel=0.02)
