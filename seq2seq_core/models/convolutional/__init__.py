"""Convolutions read and write; no state is carried or handed over, the decoder looks back at the encoder instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...config import ModelConfig
from ...data.vocabulary import VocabularyPair
from ...errors import Seq2SeqError
from ...keras_file.graph import has
from ...keras_file.reader import Layers
from ...language import later, tr
from ...layers.stack import CELLS
from ..base import Claims, Kind, Work
from .network import ConvolutionalNetwork, network_of

if TYPE_CHECKING:
    import keras

BLOCKS = 3  # enough to see 15 characters
BLOCK = 12  # recurrent steps that its two blocks of a level are worth besides their products, as measured
WIDTH = 3  # characters that a convolution reads at once; each block's are twice as far apart as those of the one below


class ConvolutionalKind(Kind):
    name = "convolutional"
    title = later("Convolutions")
    about = later(
        "Nothing recurs: convolutions see the characters around one another, and attention finds what to translate."
    )
    hand_over = later(
        "Nothing is handed over: all the decoder knows of the sentence is what it looks up in it by attention."
    )
    network_class = ConvolutionalNetwork
    claims = Claims(
        recurrent=False,
        both_ways=False,
        hands_over=False,
        looks_back=True,
        feeds_back=True,
        in_step=False,
        writes_end=True,
    )

    def refuse(self, config: ModelConfig) -> None:
        super().refuse(config)
        if config.level == "word":
            raise Seq2SeqError(tr("convolutional reads characters: words mask their padding, which it must see."))
        if config.source_padding == "mask":
            raise Seq2SeqError(tr("A convolution knows no mask: source_padding='zeros' was expected (or 'space')."))

    def adapted(self, config: ModelConfig) -> ModelConfig:
        """Padding that is read, and a stack high enough; Keras' Muon leaves the kernels of convolutions to Adam, for
        which its rates are far too high."""
        config = super().adapted(config)
        if config.level == "character" and config.source_padding == "mask":
            config = replace(config, source_padding="zeros")
        if config.optimizer == "muon":
            config = replace(config, optimizer="adam", learning_rate=2e-3)
        return replace(config, layers=max(config.layers, BLOCKS))

    def fits(self, layers: Layers) -> bool:
        return has(layers, "Conv1D") and not any(has(layers, cell) for cell in CELLS)

    def network(self, layers: Layers) -> ConvolutionalNetwork:
        return network_of(layers)

    def build(self, config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
        from .keras_model import build

        return build(config, vocabularies)

    def work(self, config: ModelConfig, source: float, target: float) -> Work:
        blocks = config.layers * (source + target) * WIDTH * config.units**2
        looking = target * config.units * (config.units + 2 * source)
        return Work(steps=BLOCK * config.layers, at_once=blocks + looking)

    def settings(self, network: ConvolutionalNetwork) -> dict[str, Any]:
        return {"architecture": self.name, "units": network.encoder[0].units, "layers": len(network.encoder)}
