"""What the kinds made of two recurrent stacks share: one reads, one writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..layers.numerics import product
from ..layers.recurrent import RecurrentCell
from ..layers.stack import States, read, select_states
from .base import DecoderState, Reading


@dataclass(frozen=True, eq=False)
class RecurrentState(DecoderState):
    """h and c of each decoder layer."""

    states: States

    def select(self, rows: Sequence[int] | np.ndarray) -> RecurrentState:
        return RecurrentState(select_states(self.states, rows))


@dataclass(frozen=True, eq=False)
class RecurrentNetwork:
    """The two stacks and the softmax on top of the second."""

    encoder: tuple[RecurrentCell, ...]  # bottom first; of a bidirectional one, those that read forward
    decoder: tuple[RecurrentCell, ...]
    output_kernel: np.ndarray  # float32 (units, target vocabulary)
    output_bias: np.ndarray  # float32 (target vocabulary,)
    source_size: int  # source vocabulary
    reads_padding: bool  # the encoder steps over padding, as the tutorial's does
    encoder_embedding: np.ndarray | None = None  # float32 (source vocabulary, inputs); None: one-hot
    decoder_embedding: np.ndarray | None = None
    reads_softmax: ClassVar[bool] = False

    @property
    def target_size(self) -> int:
        return len(self.output_bias)

    @property
    def encoder_layers(self) -> Sequence[RecurrentCell]:
        return self.encoder

    @property
    def decoder_layers(self) -> Sequence[RecurrentCell]:
        return self.decoder

    @property
    def parameters(self) -> int:
        tables = [table.size for table in (self.encoder_embedding, self.decoder_embedding) if table is not None]
        cells = [cell.parameters for cell in (*self.encoder, *self.decoder)]
        return sum(tables) + sum(cells) + self.output_kernel.size + self.output_bias.size

    @cached_property
    def encoder_table(self) -> np.ndarray:
        return self.encoder[0].input_table(self.encoder_embedding)

    @cached_property
    def decoder_table(self) -> np.ndarray:
        return self.decoder[0].input_table(self.decoder_embedding)

    def steps(self, source_steps: int) -> int | None:
        return None

    def encode(self, ids: np.ndarray, lengths: np.ndarray) -> Reading:
        return Reading(ids, lengths, *read([self.encoder], [self.encoder_table], ids, lengths))

    def logits(self, h: np.ndarray) -> np.ndarray:
        """(batch, units) to (batch, target vocabulary)."""
        return product(h, self.output_kernel) + self.output_bias


def last_states(reading: Reading) -> States:
    """Where the encoder ended, layer by layer."""
    return tuple((layer.last_h, layer.last_c) for layer in reading.layers)


def recurrent_settings(network: RecurrentNetwork) -> dict[str, Any]:
    """What a config says of the stacks."""
    bottom = network.encoder[0]
    return {"cell": "lstm" if bottom.has_c else "gru", "units": bottom.units, "layers": len(network.encoder)}
