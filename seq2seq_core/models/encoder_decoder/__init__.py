"""The tutorial's network: a recurrent stack reads and hands its states over to one that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...config import ModelConfig
from ...data.vocabulary import VocabularyPair
from ...errors import Seq2SeqError
from ...keras_file.reader import Layers
from ...language import later, tr
from ..base import Claims, Kind
from ..recurrent import recurrent_settings
from .network import EncoderDecoder, network_of

if TYPE_CHECKING:
    import keras


class EncoderDecoderKind(Kind):
    name = "encoder_decoder"
    title = later("Encoder-decoder")
    about = later(
        "The tutorial’s (Sutskever et al. 2014, Cho et al. 2014): the decoder starts from the states that the encoder "
        "ends with, one vector for everything."
    )
    hand_over = later(
        "At the dashed line the decoder takes over the states that the encoder ended with: all it knows "
        "of the sentence is in them."
    )
    network_class = EncoderDecoder
    drops_out = True
    claims = Claims(
        recurrent=True,
        both_ways=False,
        hands_over=True,
        looks_back=False,
        feeds_back=True,
        in_step=False,
        writes_end=True,
    )

    def refuse(self, config: ModelConfig) -> None:
        if config.dropout and not config.teacher_forcing:
            raise Seq2SeqError(tr("dropout is not known without teacher forcing."))
        if config.level == "word" and not config.teacher_forcing:
            raise Seq2SeqError(tr("Without teacher forcing a softmax is fed back, which a word embedding cannot read."))

    def fits(self, layers: Layers) -> bool:
        return True  # asked last: what is none of the others is refused in the words of the tutorial's network

    def network(self, layers: Layers) -> EncoderDecoder:
        return network_of(layers)

    def build(self, config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
        from .keras_model import build

        return build(config, vocabularies)

    def settings(self, network: EncoderDecoder) -> dict[str, Any]:
        return {"architecture": self.name, **recurrent_settings(network)}
