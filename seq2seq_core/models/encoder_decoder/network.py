"""The recurrent encoder-decoder in NumPy: its parts, as `keras_graph` puts them together from a `.keras` file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...layers.attention import Attention
from ...layers.gru import GRUCell
from ...layers.lstm import LSTMCell
from ...layers.recurrent import RecurrentCell, product

CELLS: dict[str, type[RecurrentCell]] = {"LSTM": LSTMCell, "GRU": GRUCell}

# h and c of each layer, bottom first; c is None where the cell has none. Arrays (batch, units)
States = tuple[tuple[np.ndarray, np.ndarray | None], ...]


@dataclass(frozen=True, eq=False)
class EncoderDecoder:
    """A stack of cells reads and hands its states over; a stack with a softmax on top writes."""

    encoder: tuple[RecurrentCell, ...]  # bottom first; of a bidirectional one, those that read forward
    decoder: tuple[RecurrentCell, ...]
    output_kernel: np.ndarray  # float32 (units, target vocabulary)
    output_bias: np.ndarray  # float32 (target vocabulary,)
    source_size: int  # source vocabulary
    reads_padding: bool  # the encoder steps over padding, as the tutorial's does
    encoder_embedding: np.ndarray | None = None  # float32 (source vocabulary, inputs); None: one-hot
    decoder_embedding: np.ndarray | None = None
    backward_encoder: tuple[RecurrentCell, ...] = ()  # those that read from the end; empty: none do
    attention: Attention | None = None  # the decoder's bottom layer asks; all above reads [h, context]
    repeats: int | None = None  # repeat_vector: reads the encoder's last h at each of so many steps, no tokens

    @property
    def target_size(self) -> int:
        return len(self.output_bias)

    @property
    def parameters(self) -> int:
        tables = [table.size for table in (self.encoder_embedding, self.decoder_embedding) if table is not None]
        cells = [cell.parameters for cell in (*self.encoder, *self.backward_encoder, *self.decoder)]
        query = 0 if self.attention is None else self.attention.query_kernel.size
        return sum(tables) + sum(cells) + query + self.output_kernel.size + self.output_bias.size

    @cached_property
    def encoder_table(self) -> np.ndarray:
        return self.encoder[0].input_table(self.encoder_embedding)

    @cached_property
    def backward_encoder_table(self) -> np.ndarray:
        return self.backward_encoder[0].input_table(self.encoder_embedding)

    @cached_property
    def decoder_table(self) -> np.ndarray:
        return self.decoder[0].input_table(self.decoder_embedding)

    def logits(self, h: np.ndarray) -> np.ndarray:
        """(batch, units) to (batch, target vocabulary)."""
        return product(h, self.output_kernel) + self.output_bias
