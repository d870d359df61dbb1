"""The decoder looks back at every step of an encoder that reads in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...config import ModelConfig
from ...data.vocabulary import VocabularyPair
from ...keras_file.graph import has
from ...keras_file.reader import Layers
from ...language import later
from ..base import Claims, Kind, Work, recurrent_work
from ..recurrent import recurrent_settings
from .network import AttentionNetwork, network_of

if TYPE_CHECKING:
    import keras


class AttentionKind(Kind):
    name = "attention"
    title = later("Encoder-decoder with attention")
    about = later(
        "At every step the decoder looks back at everything the encoder computed, which reads in both directions."
    )
    hand_over = later(
        "At the dashed line the decoder takes over where both directions ended, but it can also look "
        "back at every state before."
    )
    network_class = AttentionNetwork
    drops_out = True
    claims = Claims(
        recurrent=True,
        both_ways=True,
        hands_over=True,
        looks_back=True,
        feeds_back=True,
        in_step=False,
        writes_end=True,
    )

    def fits(self, layers: Layers) -> bool:
        return has(layers, "Attention")

    def network(self, layers: Layers) -> AttentionNetwork:
        return network_of(layers)

    def build(self, config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
        from .keras_model import build

        return build(config, vocabularies)

    def work(self, config: ModelConfig, source: float, target: float) -> Work:
        """Two directions read, and the decoder is twice as wide; queries and answers are of all steps at once."""
        wide = 2 * config.units
        one_way = recurrent_work(config, source, config.units)
        writing = recurrent_work(config, target, wide, 64 if config.layers == 1 else wide)
        looking = Work(at_once=target * wide * (wide + 2 * source), cubes=wide**3)
        return one_way + one_way + writing + looking

    def settings(self, network: AttentionNetwork) -> dict[str, Any]:
        return {"architecture": self.name, **recurrent_settings(network)}
