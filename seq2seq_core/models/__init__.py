"""“Build the model”: the kinds of network. Registered here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..config import ModelConfig
from ..data.vocabulary import VocabularyPair
from ..errors import Seq2SeqError
from ..keras_file.reader import Layers
from ..keras_file.spelling import plainly_spelt
from ..language import tr
from .attention import AttentionKind
from .base import Claims, DecoderState, Kind, Network, Reading
from .convolutional import ConvolutionalKind
from .encoder_decoder import EncoderDecoderKind
from .repeat_vector import RepeatVectorKind
from .same_length import SameLengthKind

if TYPE_CHECKING:
    import keras

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (EncoderDecoderKind(), SameLengthKind(), RepeatVectorKind(), AttentionKind(), ConvolutionalKind())
}


def kind_of(config: ModelConfig) -> Kind:
    """The kind that a config asks for.

    Raises:
        Seq2SeqError: there is none of that name, or it cannot be what the config asks of it.
    """
    if config.architecture not in KINDS:
        raise Seq2SeqError(
            tr(
                "architecture={kind!r} is not known: it is one of {known}.",
                kind=config.architecture,
                known=", ".join(map(repr, KINDS)),
            )
        )
    kind = KINDS[config.architecture]
    kind.refuse(config)
    return kind


def kind_of_layers(layers: Layers) -> Kind:
    """The kind whose network the layers of a `.keras` file could be; the encoder-decoder where they are no other's."""
    return next(kind for kind in reversed(KINDS.values()) if kind.fits(layers))


def network_from_layers(layers: Layers) -> Network:
    """The network that the layers of a `.keras` file make, however they spell it.

    Raises:
        Seq2SeqError: as its kind does.
    """
    plain = plainly_spelt(layers)
    return kind_of_layers(plain).network(plain)


def kind_of_network(network: Network) -> Kind:
    """What a network is."""
    return next(kind for kind in KINDS.values() if kind.network_class is type(network))


def build_network(config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
    """The Keras network that is trained and saved: sequences in, a softmax for every step out.

    Inputs: encoder (batch, source steps, source vocabulary) and decoder (batch, target steps, target vocabulary),
    one-hot; for words both are ids, (batch, steps). Output: (batch, target steps, target vocabulary). Some kinds have
    the encoder's input alone.
    """
    return kind_of(config).build(config, vocabularies)


__all__ = [
    "KINDS",
    "Claims",
    "DecoderState",
    "Kind",
    "Network",
    "Reading",
    "build_network",
    "kind_of",
    "kind_of_layers",
    "kind_of_network",
    "network_from_layers",
]
