"""Translator: a trained model that reads a sentence, writes another, and keeps everything it computed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .config import ModelConfig
from .decoding import make_method
from .encoder_decoder import EncoderDecoder
from .errors import Seq2SeqError
from .trace import DecodeTrace, Decoding, EncoderTrace, LayerTrace
from .vocabulary import END, PADDING_ID, START, VocabularyPair, name_token

MAX_SOURCE_TOKENS = 250  # nobody types more, and the screen could not show it


@dataclass(frozen=True, eq=False)
class DecoderState:
    """h and c of the decoder for a batch of partial translations."""

    h: np.ndarray  # float32 (batch, units)
    c: np.ndarray  # float32 (batch, units)

    def select(self, rows: Sequence[int]) -> DecoderState:
        """The state of these rows, which may repeat."""
        return DecoderState(self.h[rows], self.c[rows])


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
        self.max_steps = vocabularies.max_target_length + 1

    @property
    def name(self) -> str:
        return self.config.name

    def encode(self, text: str) -> EncoderTrace:
        """Reads a sentence, one token a step; unknown tokens are left out.

        Raises:
            Seq2SeqError: the text is empty, has no token the model knows, or is longer than 250 tokens.
        """
        vocabulary = self.vocabularies.source
        if not text.strip():
            raise Seq2SeqError("There is nothing to translate: type a sentence.")
        if (length := len(vocabulary.split(text))) > MAX_SOURCE_TOKENS:
            raise Seq2SeqError(
                f"The text has {length} characters; at most {MAX_SOURCE_TOKENS} can be translated at once."
            )
        ids = vocabulary.encode(text)
        if not ids:
            raise Seq2SeqError(f"{self.name} has never seen any of these characters: try another sentence.")
        tokens = [vocabulary.tokens[i] for i in ids]
        if self.network.reads_padding:
            # what the encoder met behind short sentences in training, it must meet now
            missing = max(0, self.vocabularies.max_source_length - len(ids))
            space = self.config.source_padding == "space"
            ids += [vocabulary.ids[" "] if space else PADDING_ID] * missing
            tokens += [" " if space else ""] * missing
        cell = self.network.encoder
        record = _Recorder(cell.gates, cell.units, len(ids))
        h = c = np.zeros((1, cell.units), np.float32)
        for step, token_id in enumerate(ids):
            started = time.perf_counter()
            _, h, c = cell.step(np.array([token_id]), h, c, out=record.gates[step : step + 1])
            record.keep(step, h, c, started)
        return EncoderTrace((record.layer(len(ids)),), record.seconds, tuple(tokens))

    def initial_state(self, encoder: EncoderTrace) -> DecoderState:
        """The encoder's last state: all the decoder ever learns of the sentence."""
        layer = encoder.layers[0]
        assert layer.c is not None
        return DecoderState(layer.h[-1:], layer.c[-1:])

    def step(
        self, state: DecoderState, ids: np.ndarray, gates: np.ndarray | None = None
    ) -> tuple[DecoderState, np.ndarray]:
        """One decoder step for a batch.

        Args:
            ids: int (batch,), the tokens written last.
            gates: float32 (batch, gates, units) to write the gates into.

        Returns:
            the state after, and the logits, float32 (batch, target vocabulary).
        """
        _, h, c = self.network.decoder.step(ids, state.h, state.c, out=gates)
        return DecoderState(h, c), self.network.logits(h)

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

        cell = self.network.decoder
        record = _Recorder(cell.gates, cell.units, self.max_steps)
        logits = np.empty((self.max_steps, self.network.target_size), np.float32)
        written: list[int] = []
        token_id = self.start_id
        while len(written) < self.max_steps and token_id != self.end_id:
            step = len(written)
            started = time.perf_counter()
            state, row = self.step(state, np.array([token_id]), record.gates[step : step + 1])
            logits[step] = row[0]
            token_id = forced[step] if step < len(forced) else choose(step, logits[step])
            written.append(token_id)
            record.keep(step, state.h, state.c, started)
        steps = len(written)
        return DecodeTrace(
            layers=(record.layer(steps),),
            seconds=record.seconds[:steps],
            model=self.name,
            source=text,
            text=self.vocabularies.target.decode(written),
            decoding=decoding,
            unknown=self.vocabularies.source.unknown(text),
            encoder=encoder,
            vocabulary=self.vocabularies.target.tokens,
            ids=np.array(written, np.int32),
            forced=min(len(forced), steps),
            logits=logits[:steps],
            probabilities=softmax(logits[:steps]),
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


class _Recorder:
    """Room for the trace of up to `steps` steps, filled while stepping."""

    def __init__(self, gate_names: tuple[str, ...], units: int, steps: int) -> None:
        self.gate_names = gate_names
        self.gates = np.empty((steps, len(gate_names), units), np.float32)
        self._h = np.empty((steps, units), np.float32)
        self._c = np.empty((steps, units), np.float32)
        self.seconds = np.empty(steps)

    def keep(self, step: int, h: np.ndarray, c: np.ndarray, started: float) -> None:
        self._h[step], self._c[step] = h[0], c[0]
        self.seconds[step] = time.perf_counter() - started

    def layer(self, steps: int) -> LayerTrace:
        return LayerTrace(self.gate_names, self.gates[:steps], self._h[:steps], self._c[:steps])


__all__ = ["MAX_SOURCE_TOKENS", "DecoderState", "Translator", "softmax"]
