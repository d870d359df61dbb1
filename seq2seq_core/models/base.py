"""What a kind of network is, and what every network answers. Inference, training and screens know no more of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np

from ..config import ModelConfig
from ..data.batching import Batch
from ..data.pairs import Pair
from ..data.vectorization import network_inputs
from ..data.vocabulary import VocabularyPair
from ..errors import Seq2SeqError
from ..keras_file.reader import Layers
from ..language import tr
from ..layers.stack import LayerReading, States

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Claims:
    """What may be said on screen about the networks of a kind."""

    recurrent: bool  # its layers have states and gates; else activations alone
    both_ways: bool  # the encoder reads from both ends at once
    hands_over: bool  # the decoder starts from the state that the encoder ends with
    looks_back: bool  # attention: every step can look at all the encoder's outputs
    feeds_back: bool  # what is written is read at the next step: another token there changes what follows
    in_step: bool  # writes a token as it reads one; there is no encoder apart
    writes_end: bool  # ends its text itself, with the end token


@dataclass(frozen=True, eq=False)
class Reading:
    """What an encoder computed over a batch of sentences."""

    ids: np.ndarray  # int (batch, steps)
    lengths: np.ndarray  # int (batch,): what stands behind them was not read
    layers: tuple[LayerReading, ...]  # bottom first; empty for a network that writes in step
    seconds: np.ndarray  # float64 (steps,): time each step took


class DecoderState(ABC):
    """The decoder between two steps, for a batch of partial translations."""

    states: States  # h and c of each layer, (batch, units); of a convolution its activations, and None
    looked_at: np.ndarray | None = None  # the last step's attention, float32 (batch, source steps)

    @abstractmethod
    def select(self, rows: Sequence[int] | np.ndarray) -> Self:
        """The state of these rows, which may repeat."""


@dataclass(frozen=True)
class Work:
    """What a batch of a training computes, for an estimate of its time. The way back is not counted: it is in step with
    the way there."""

    steps: float = 0.0  # of recurrent layers, one after the other
    products: float = 0.0  # multiplications within these, a row of the batch
    at_once: float = 0.0  # multiplications a row, all steps at once
    cubes: float = 0.0  # of the matrices inside: the smaller side squared times the larger one

    def __add__(self, other: Work) -> Work:
        return Work(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Work)))


def recurrent_work(config: ModelConfig, steps: float, units: int, inputs: int = 64) -> Work:
    """Of recurrent layers, as many as the config says, over so many steps."""
    gates = 4 if config.cell == "lstm" else 3
    steps *= config.layers
    return Work(steps, steps * gates * units * (units + inputs), cubes=config.layers * (gates + 0.5) * units**3)


class LayerShape(Protocol):
    """A layer as a trace needs to know it: a recurrent cell is one."""

    @property
    def gates(self) -> Sequence[str]: ...  # names; none for a layer that has none
    @property
    def units(self) -> int: ...
    @property
    def has_c(self) -> bool: ...


class Network(Protocol):
    """A network in NumPy."""

    @property
    def source_size(self) -> int: ...  # source vocabulary
    @property
    def reads_padding(self) -> bool: ...  # the encoder steps over padding, as the tutorial's does
    @property
    def target_size(self) -> int: ...  # target vocabulary
    @property
    def reads_softmax(self) -> bool: ...  # `step` takes probabilities in place of ids, too
    @property
    def parameters(self) -> int: ...  # trainable numbers, as Keras counts them
    @property
    def encoder_layers(self) -> Sequence[LayerShape]: ...  # bottom first; as `Reading.layers`
    @property
    def decoder_layers(self) -> Sequence[LayerShape]: ...  # bottom first; as `DecoderState.states`

    def steps(self, source_steps: int) -> int | None:
        """How many tokens it writes for a source of that many; None: it ends its text itself."""

    def encode(self, ids: np.ndarray, lengths: np.ndarray) -> Reading:
        """Reads a batch of sentences: ids int (batch, steps), lengths int (batch,)."""

    def initial_state(self, reading: Reading) -> DecoderState:
        """The decoder's, before its first step."""

    def step(
        self, state: Any, ids: np.ndarray, gates: Sequence[np.ndarray] | None = None
    ) -> tuple[DecoderState, np.ndarray]:
        """One decoder step for a batch.

        Args:
            state: of this network.
            ids: int (batch,), the tokens written last; where the network `reads_softmax`, or float32 (batch, target
                vocabulary), a mixture of tokens.
            gates: per layer float32 (batch, gates, units) to write the gates into.

        Returns:
            the state after, and the logits, float32 (batch, target vocabulary).
        """


class Kind(ABC):
    """A kind of network: how it is built, read from a file and run, and what may be said of it.

    Its folder holds `network.py` (NumPy), `keras_model.py` (Keras, imported when something is built) and `script.py`
    (its part of the code view).
    """

    name: ClassVar[str]  # what a config's `architecture` says
    title: ClassVar[str]  # on screen
    about: ClassVar[str]  # one sentence for whoever chooses among them
    hand_over: ClassVar[str]  # one sentence: how what was read reaches what is written
    claims: ClassVar[Claims]
    network_class: ClassVar[type]  # what `network` returns
    drops_out: ClassVar[bool] = False  # whether a config may ask for dropout between its layers

    def refuse(self, config: ModelConfig) -> None:
        """Raises Seq2SeqError for what a config asks of this kind in vain."""
        if not config.teacher_forcing:
            raise Seq2SeqError(tr("Training without teacher forcing is not known for {kind}.", kind=self.name))
        if config.dropout and not self.drops_out:
            raise Seq2SeqError(tr("dropout is not known for {kind}.", kind=self.name))

    def adapted(self, config: ModelConfig) -> ModelConfig:
        """The config with this kind as its network and what that needs: for whoever chooses among the kinds."""
        return replace(config, architecture=self.name, dropout=config.dropout if self.drops_out else 0.0)

    @abstractmethod
    def fits(self, layers: Layers) -> bool:
        """Whether the layers of a `.keras` file look like this kind's. Whoever says so first reads them."""

    @abstractmethod
    def network(self, layers: Layers) -> Network:
        """The network that the layers of a `.keras` file make.

        Raises:
            Seq2SeqError: naming the first layer or setting that does not fit.
        """

    @abstractmethod
    def build(self, config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
        """The Keras network to be trained and saved."""

    def work(self, config: ModelConfig, source: float, target: float) -> Work:
        """What a batch takes whose sources have so many tokens, and its targets so many: of two recurrent stacks."""
        return recurrent_work(config, source, config.units) + recurrent_work(config, target, config.units)

    @abstractmethod
    def settings(self, network: Any) -> dict[str, Any]:
        """What a config says of such a network: for one that came without."""

    def refuse_network(self, network: Any, vocabularies: VocabularyPair) -> None:
        """Raises Seq2SeqError for a network of another kind, or made for data of other lengths."""
        if not isinstance(network, self.network_class):
            raise Seq2SeqError(
                tr(
                    "The config says architecture={kind!r}, but the file holds a {network}: they do not belong "
                    "together.",
                    kind=self.name,
                    network=type(network).__name__,
                )
            )

    def refuse_pairs(self, pairs: Sequence[Pair], vocabularies: VocabularyPair) -> None:  # noqa: B027, most refuse none
        """Raises Seq2SeqError for pairs that no network of this kind can learn."""

    def training_arrays(
        self, batch: Batch, vocabularies: VocabularyPair
    ) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """What the Keras network is called with, its targets and their weights, both (batch, steps)."""
        return network_inputs(batch.ids, vocabularies), np.maximum(batch.ids.decoder_target, 0), batch.weights

    @property
    def script(self) -> Path:
        """Its part of the code view, a template."""
        return Path(__file__).parent / self.name / "script.py"
