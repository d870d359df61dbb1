"""Translator: a trained model that reads a sentence, writes another, and keeps everything it computed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..config import ModelConfig
from ..data.tasks import TASKS, Task
from ..data.vocabulary import END, PADDING_ID, START, VocabularyPair, name_token
from ..decoding import make_method
from ..errors import Seq2SeqError
from ..layers.attention import Memory, context
from ..layers.recurrent import RecurrentCell, product
from ..layers.stack import read
from ..models.encoder_decoder.network import EncoderDecoder, States
from .trace import DecodeTrace, Decoding, EncoderTrace, LayerTrace

MAX_SOURCE_TOKENS = 250  # nobody types more, and the screen could not show it


@dataclass(frozen=True, eq=False)
class DecoderState:
    """The decoder between two steps, for a batch of partial translations."""

    states: States  # h and c of each layer, (batch, units)
    context: np.ndarray | None = None  # repeat_vector: the projected input of every step, (batch, gates·units)
    memory: Memory | None = None  # attention: what can be looked at
    looked_at: np.ndarray | None = None  # attention: the last step's weights, (batch, source steps)

    def select(self, rows: Sequence[int] | np.ndarray) -> DecoderState:
        """The state of these rows, which may repeat."""
        states = tuple((h[rows], None if c is None else c[rows]) for h, c in self.states)
        return DecoderState(
            states,
            None if self.context is None else self.context[rows],
            None if self.memory is None else self.memory.select(rows),
        )


class Translator:
    """What `load_model` returns.

    Attributes:
        config: how it was made.
        vocabularies: its tokens on both sides.
        network: its weights.
        card: its model card, as Markdown; may be empty.
    """

    def __init__(
        self, config: ModelConfig, vocabularies: VocabularyPair, network: EncoderDecoder, card: str = ""
    ) -> None:
        """Raises Seq2SeqError when the vocabulary does not fit the layers."""
        for side, tokens, size in (
            ("source", len(vocabularies.source), network.source_size),
            ("target", len(vocabularies.target), network.target_size),
        ):
            if tokens != size:
                raise Seq2SeqError(
                    f"The {side} vocabulary has {tokens} tokens, but the network was made for {size}: "
                    "they do not belong together."
                )
        if network.repeats not in (None, vocabularies.max_target_length - 1):
            raise Seq2SeqError(
                f"The network writes {network.repeats} tokens, but the vocabulary's data has targets of up to "
                f"{vocabularies.max_target_length - 1}: they do not belong together."
            )
        if (config.source_padding == "mask") == network.reads_padding:
            raise Seq2SeqError(
                f"The config says source_padding={config.source_padding!r}, but the network "
                f"{'has no' if network.reads_padding else 'has a'} Masking layer."
            )
        if config.source_padding == "space" and " " not in vocabularies.source.ids:
            raise Seq2SeqError("The source vocabulary has no space to pad with: use padding='zeros'.")
        self.config, self.vocabularies, self.network, self.card = config, vocabularies, network, card
        self.start_id, self.end_id = vocabularies.target.ids[START], vocabularies.target.ids[END]
        # the tutorial stops once a text is longer than its longest target, start and end tokens counted
        self.max_steps = network.repeats or vocabularies.max_target_length + 1

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def task(self) -> Task | None:
        """The generated task it was trained on; None: sentence pairs."""
        return TASKS.get(self.config.task)

    def source_ids(self, text: str) -> list[int]:
        """The ids the encoder reads, in its order; unknown characters are left out, unknown words stand in.

        Raises:
            Seq2SeqError: the text is empty, has no token the model knows, or is longer than 250 tokens.
        """
        vocabulary = self.vocabularies.source
        noun = f"{vocabulary.kind}s"
        if not text.strip():
            raise Seq2SeqError("There is nothing to translate: type a sentence.")
        if (length := len(vocabulary.split(text))) > MAX_SOURCE_TOKENS:
            raise Seq2SeqError(f"The text has {length} {noun}; at most {MAX_SOURCE_TOKENS} can be translated at once.")
        ids = vocabulary.encode(text)
        if all(token_id == vocabulary.unknown_id for token_id in ids):
            raise Seq2SeqError(f"{self.name} has never seen any of these {noun}: try another sentence.")
        if self.config.reverse_source:
            ids.reverse()
        if self.network.reads_padding:
            # what the encoder met behind short sentences in training, it must meet now
            padding = vocabulary.ids[" "] if self.config.source_padding == "space" else PADDING_ID
            ids += [padding] * (self.vocabularies.max_source_length - len(ids))
        return ids

    def encode(self, text: str) -> EncoderTrace:
        """Reads a sentence, one token a step. Raises Seq2SeqError as `source_ids` does."""
        ids = self.source_ids(text)
        readings, seconds = read(self.network, np.array([ids]), np.array([len(ids)]))
        layers = tuple(
            LayerTrace(cell.gates, reading.gates[:, 0], reading.h[0], None if reading.c is None else reading.c[0])
            for cell, reading in zip(self.network.encoder, readings, strict=True)
        )
        tokens = tuple("" if i == PADDING_ID else self.vocabularies.source.tokens[i] for i in ids)
        return EncoderTrace(layers, seconds, tokens)

    def initial_state(self, encoder: EncoderTrace) -> DecoderState:
        """Where the encoder ended: all the decoder ever learns of the sentence, unless it can look back."""

        def ended(steps: np.ndarray, forward_units: int) -> np.ndarray:
            # a direction that reads backwards ends at the first step
            return np.concatenate([steps[-1:, :forward_units], steps[:1, forward_units:]], axis=1)

        states = tuple(
            (ended(layer.h, cell.units), None if layer.c is None else ended(layer.c, cell.units))
            for cell, layer in zip(self.network.encoder, encoder.layers, strict=True)
        )
        outputs, projected = encoder.layers[-1].h[None], None
        if self.network.attention and len(self.network.decoder) > 1:
            _, kernel, bias = self.network.decoder[1].project_parts(outputs.shape[2])
            projected = outputs @ kernel + bias
        return self.hand_over(states, Memory(outputs, projected=projected))

    def hand_over(self, states: States, memory: Memory | None = None) -> DecoderState:
        """The decoder's first state, from the encoder's last; the memory is for a decoder with attention."""
        if self.network.repeats is not None:
            top = states[-1][0]
            zeros = tuple(cell.zero_state(len(top)) for cell in self.network.decoder)
            return DecoderState(zeros, self.network.decoder[0].project(top))
        return DecoderState(states, memory=None if self.network.attention is None else memory)

    def step(
        self, state: DecoderState, ids: np.ndarray, gates: Sequence[np.ndarray] | None = None
    ) -> tuple[DecoderState, np.ndarray]:
        """One decoder step for a batch.

        Args:
            ids: int (batch,), the tokens written last.
            gates: per layer float32 (batch, gates, units) to write the gates into.

        Returns:
            the state after, and the logits, float32 (batch, target vocabulary).
        """
        network = self.network
        projected = network.decoder_table[ids] if state.context is None else state.context
        if network.attention is None or state.memory is None:
            states = step_layers(network.decoder, projected, state.states, gates)
            return DecoderState(states, state.context), network.logits(states[-1][0])
        states, top, weights = step_attending(network, projected, state.states, state.memory, gates)
        return DecoderState(states, memory=state.memory, looked_at=weights), network.logits(top)

    def translate(
        self,
        text: str,
        method: str = "greedy",
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        beam_width: int = 5,
        seed: int = 0,
        prefix: str = "",
    ) -> DecodeTrace:
        """Translates one sentence and keeps everything.

        Args:
            method: "greedy", "sample" or "beam".
            temperature, top_k, seed: for "sample".
            beam_width: for "beam".
            prefix: the translation must begin with this; a newline at its end forces the end of the sentence.

        Raises:
            Seq2SeqError: a text that cannot be read, a dial out of its range, a prefix the model cannot write.
        """
        text, prefix = _whole_characters(text), _whole_characters(prefix)
        decoding = Decoding(method, temperature, top_k, beam_width, seed, prefix)
        chooser_of = make_method(decoding)
        forced = self._prefix_ids(prefix)
        encoder = self.encode(text)
        state = self.initial_state(encoder)
        choose = chooser_of.start(self, state, forced)

        record = _Recorder(self.network.decoder, self.max_steps)
        logits = np.empty((self.max_steps, self.network.target_size), np.float32)
        looked_at: list[np.ndarray] = []
        written: list[int] = []
        token_id = self.start_id
        while len(written) < self.max_steps and token_id != self.end_id:
            step = len(written)
            started = time.perf_counter()
            state, row = self.step(state, np.array([token_id]), record.gates_at(step))
            logits[step] = row[0]
            token_id = forced[step] if step < len(forced) else choose(step, logits[step])
            written.append(token_id)
            record.keep(step, state.states, started)
            if state.looked_at is not None:
                looked_at.append(state.looked_at[0])
        steps = len(written)
        return DecodeTrace(
            layers=record.layers(steps),
            seconds=record.seconds[:steps],
            model=self.name,
            source=text,
            text=self.vocabularies.target.decode(written),
            decoding=decoding,
            unknown=self.vocabularies.source.unknown(text),
            reversed=self.config.reverse_source,
            encoder=encoder,
            vocabulary=self.vocabularies.target.tokens,
            ids=np.array(written, np.int32),
            forced=min(len(forced), steps),
            logits=logits[:steps],
            probabilities=softmax(logits[:steps]),
            attention=np.array(looked_at) if looked_at else None,
            hypotheses=chooser_of.hypotheses,
        )

    def _prefix_ids(self, prefix: str) -> list[int]:
        target = self.vocabularies.target
        body = prefix.removesuffix(END)
        for token in target.split(body):
            if token not in target.ids or token in (START, END):
                raise Seq2SeqError(f"The prefix has {name_token(token)} in it, which {self.name} cannot write.")
        ids = [target.ids[token] for token in target.split(body)] + [self.end_id] * (body != prefix)
        if len(ids) > self.max_steps:
            raise Seq2SeqError(f"The prefix has {len(ids)} tokens; {self.name} writes at most {self.max_steps}.")
        return ids


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _whole_characters(text: str) -> str:
    """U+FFFD for half a surrogate pair: it is no character, and nothing could show or save it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def step_layers(
    cells: Sequence[RecurrentCell], projected: np.ndarray, states: States, gates: Sequence[np.ndarray] | None = None
) -> States:
    """One step of a stack: each layer reads the h of the one below.

    Args:
        projected: the bottom layer's projected input, float32 (batch, gates·units).
        gates: per layer float32 (batch, gates, units) to write the gates into.
    """
    after: list[tuple[np.ndarray, np.ndarray | None]] = []
    for index, (cell, (h, c)) in enumerate(zip(cells, states, strict=True)):
        if index:
            projected = cell.project(after[-1][0])
        after.append(cell.step(projected, h, c, None if gates is None else gates[index]))
    return tuple(after)


def step_attending(
    network: EncoderDecoder,
    projected: np.ndarray,
    states: States,
    memory: Memory,
    gates: Sequence[np.ndarray] | None = None,
) -> tuple[States, np.ndarray, np.ndarray]:
    """One decoder step with attention: the bottom layer asks, everything above it reads its own below and the context.

    Returns:
        the states after, what the softmax reads, and the attention's weights, float32 (batch, source steps).
    """
    assert network.attention is not None
    after = [*step_layers(network.decoder[:1], projected, states[:1], gates and gates[:1])]
    weights = network.attention.weights(after[0][0], memory)
    found = context(weights, memory.outputs)
    for index, cell in enumerate(network.decoder[1:], start=1):
        h = after[-1][0]
        if index == 1 and memory.projected is not None:
            kernel, _, _ = cell.project_parts(h.shape[1])
            projected = product(h, kernel) + context(weights, memory.projected)
        else:
            projected = cell.project(np.concatenate([h, found], axis=1))
        after.append(cell.step(projected, *states[index], None if gates is None else gates[index]))
    return tuple(after), np.concatenate([after[-1][0], found], axis=1), weights


class _Recorder:
    """Room for the trace of up to `steps` steps of a stack, filled while stepping."""

    def __init__(self, cells: Sequence[RecurrentCell], steps: int) -> None:
        self._names = [cell.gates for cell in cells]
        self._gates = [np.empty((steps, len(cell.gates), cell.units), np.float32) for cell in cells]
        self._h = [np.empty((steps, cell.units), np.float32) for cell in cells]
        self._c = [np.empty((steps, cell.units), np.float32) if cell.has_c else None for cell in cells]
        self.seconds = np.empty(steps)

    def gates_at(self, step: int) -> list[np.ndarray]:
        return [gates[step : step + 1] for gates in self._gates]

    def keep(self, step: int, states: States, started: float) -> None:
        for all_h, all_c, (h, c) in zip(self._h, self._c, states, strict=True):
            all_h[step] = h[0]
            if all_c is not None and c is not None:
                all_c[step] = c[0]
        self.seconds[step] = time.perf_counter() - started

    def layers(self, steps: int) -> tuple[LayerTrace, ...]:
        return tuple(
            LayerTrace(names, gates[:steps], h[:steps], None if c is None else c[:steps])
            for names, gates, h, c in zip(self._names, self._gates, self._h, self._c, strict=True)
        )


__all__ = ["MAX_SOURCE_TOKENS", "DecoderState", "Translator", "softmax", "step_layers"]
