"""The encoder's last output, repeated, is what the decoder reads at every step: no token is fed back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...config import ModelConfig
from ...data.batching import Batch
from ...data.vectorization import network_inputs
from ...data.vocabulary import VocabularyPair
from ...errors import Seq2SeqError
from ...keras_file.graph import has
from ...keras_file.reader import Layers
from ...language import later, tr
from ..base import Claims, Kind
from ..recurrent import recurrent_settings
from .network import RepeatVector, network_of

if TYPE_CHECKING:
    import keras


class RepeatVectorKind(Kind):
    name = "repeat_vector"
    title = later("Repeat vector")
    about = later("The decoder reads one vector again at every step and never what it has written.")
    hand_over = later(
        "At the line the decoder starts from zeros; at every step it reads the same vector, the encoder’s last state."
    )
    network_class = RepeatVector
    claims = Claims(
        recurrent=True,
        both_ways=False,
        hands_over=False,
        looks_back=False,
        feeds_back=False,
        in_step=False,
        writes_end=True,
    )

    def refuse(self, config: ModelConfig) -> None:
        if not config.teacher_forcing:
            raise Seq2SeqError(
                tr("A repeat_vector decoder reads no tokens, so there is no teacher forcing to leave out.")
            )
        super().refuse(config)

    def fits(self, layers: Layers) -> bool:
        return has(layers, "RepeatVector")

    def network(self, layers: Layers) -> RepeatVector:
        return network_of(layers)

    def build(self, config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
        from .keras_model import build

        return build(config, vocabularies)

    def settings(self, network: RepeatVector) -> dict[str, Any]:
        return {"architecture": self.name, **recurrent_settings(network)}

    def refuse_network(self, network: Any, vocabularies: VocabularyPair) -> None:
        super().refuse_network(network, vocabularies)
        if network.repeats != vocabularies.max_target_length - 1:
            raise Seq2SeqError(
                tr(
                    "The network writes {count} tokens, but the vocabulary's data has targets of up to {longest}: they "
                    "do not belong together.",
                    count=network.repeats,
                    longest=vocabularies.max_target_length - 1,
                )
            )

    def training_arrays(
        self, batch: Batch, vocabularies: VocabularyPair
    ) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """It reads no target, and writes all its steps at once, whatever the bucket."""
        missing = vocabularies.max_target_length - 1 - batch.weights.shape[1]
        target, weights = (
            np.pad(array, ((0, 0), (0, missing))) for array in (np.maximum(batch.ids.decoder_target, 0), batch.weights)
        )
        return network_inputs(batch.ids, vocabularies)[:1], target, weights
