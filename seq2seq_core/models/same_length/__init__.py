"""The trivial case: input and output of one length, and one stack that writes a token as it reads one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...config import ModelConfig
from ...data.batching import Batch
from ...data.pairs import Pair
from ...data.vectorization import network_inputs
from ...data.vocabulary import END, VocabularyPair
from ...errors import Seq2SeqError
from ...keras_file.graph import has
from ...keras_file.reader import Layers
from ...language import later, tr
from ..base import Claims, Kind, Work, recurrent_work
from .network import SameLength, network_of

if TYPE_CHECKING:
    import keras


class SameLengthKind(Kind):
    name = "same_length"
    title = later("One stack, in step")
    about = later(
        "It writes a token as it reads one: it can use what it has read so far, and nothing that is still to come."
    )
    hand_over = later(
        "There is no encoder apart: the same states read (first row under the axis) and write (second row)."
    )
    network_class = SameLength
    claims = Claims(
        recurrent=True,
        both_ways=False,
        hands_over=False,
        looks_back=False,
        feeds_back=False,
        in_step=True,
        writes_end=False,
    )

    def refuse(self, config: ModelConfig) -> None:
        if not config.teacher_forcing:
            raise Seq2SeqError(
                tr("same_length reads no token it has written: there is no teacher forcing to leave out.")
            )
        if config.source_padding != "mask":
            raise Seq2SeqError(tr("same_length writes a token for each it reads: source_padding='mask' was expected."))
        super().refuse(config)

    def refuse_pairs(self, pairs: Sequence[Pair], vocabularies: VocabularyPair) -> None:
        for source, target in pairs:
            lengths = len(vocabularies.source.split(source)), len(vocabularies.target.split(target))
            if lengths[0] != lengths[1]:
                raise Seq2SeqError(
                    tr(
                        "same_length writes a token for each it reads, but {source!r} has {read} and {target!r} has "
                        "{written}: choose another network for such pairs.",
                        source=source,
                        read=lengths[0],
                        target=target,
                        written=lengths[1],
                    )
                )

    def fits(self, layers: Layers) -> bool:
        inputs = [layer for layer in layers.values() if layer.class_name == "InputLayer"]
        return len(inputs) == 1 and not has(layers, "RepeatVector")

    def network(self, layers: Layers) -> SameLength:
        return network_of(layers)

    def build(self, config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
        from .keras_model import build

        return build(config, vocabularies)

    def work(self, config: ModelConfig, source: float, target: float) -> Work:
        return recurrent_work(config, source, config.units)

    def settings(self, network: SameLength) -> dict[str, Any]:
        bottom = network.stack[0]
        cell = "lstm" if bottom.has_c else "gru"
        return {"architecture": self.name, "cell": cell, "units": bottom.units, "layers": len(network.stack)}

    def training_arrays(
        self, batch: Batch, vocabularies: VocabularyPair
    ) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """It reads no target and never writes the end token, which every row of ids has."""
        ids, end = batch.ids, vocabularies.target.ids[END]
        steps = min(ids.encoder_input.shape[1], ids.decoder_target.shape[1])
        target = ids.decoder_target[:, :steps]
        weights = np.where(target == end, np.float32(0), batch.weights[:, :steps])
        source = network_inputs(ids, vocabularies)[0][:, :steps]
        return [source], np.maximum(target, 0), weights
