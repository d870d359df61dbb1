"""Translator: a trained model that reads a sentence, writes another, and keeps everything it computed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

import numpy as np

from ..config import ModelConfig
from ..data.tasks import TASKS, Task
from ..data.vectorization import NO_SPACE, encode_source, read_as
from ..data.vocabulary import END, PADDING_ID, START, UNKNOWN, VocabularyPair, name_token, quoted, show_token
from ..decoding import Bounds, Decoding, Hypothesis, make_method
from ..decoding.base import Stepped
from ..decoding.loop_guard import SHORTEST, LoopGuard
from ..errors import Seq2SeqError
from ..language import later, tr
from ..layers.numerics import softmax
from ..models import Kind, Network, Reading, kind_of
from ..models.base import LayerShape
from .confidence import Calibration, Confidence, confidence
from .meant import meant
from .trace import DecodeTrace, EncoderTrace, LayerTrace

MAX_SOURCE_TOKENS = 250  # nobody types more, and the screen could not show it
_OTHER_SOURCE = later(
    "The source vocabulary has {tokens} tokens, but the network was made for {size}: they do not belong together."
)
_OTHER_TARGET = later(
    "The target vocabulary has {tokens} tokens, but the network was made for {size}: they do not belong together."
)


class Translator:
    """What `load_model` returns.

    Attributes:
        config: how it was made.
        vocabularies: its tokens on both sides.
        network: its weights.
        kind: of network.
        card: its model card, as Markdown; may be empty.
        calibration: how far its probabilities can be trusted; None: not measured.
    """

    def __init__(
        self,
        config: ModelConfig,
        vocabularies: VocabularyPair,
        network: Network,
        card: str = "",
        calibration: Calibration | None = None,
    ) -> None:
        """Raises Seq2SeqError when config, vocabularies and layers do not belong together."""
        for says, tokens, size in (
            (_OTHER_SOURCE, len(vocabularies.source), network.source_size),
            (_OTHER_TARGET, len(vocabularies.target), network.target_size),
        ):
            if tokens != size:
                raise Seq2SeqError(tr(says, tokens=tokens, size=size))
        self.kind: Kind = kind_of(config)
        self.kind.refuse_network(network, vocabularies)
        if (config.source_padding == "mask") == network.reads_padding:
            says = later("The config says source_padding={padding!r}, but the network has a Masking layer.")
            if network.reads_padding:
                says = later("The config says source_padding={padding!r}, but the network has no Masking layer.")
            raise Seq2SeqError(tr(says, padding=config.source_padding))
        if config.source_padding == "space" and " " not in vocabularies.source.ids:
            raise Seq2SeqError(tr(NO_SPACE["source"]))
        self.config, self.vocabularies, self.network, self.card = config, vocabularies, network, card
        self.calibration = calibration

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def task(self) -> Task | None:
        """The generated task it was trained on; None: sentence pairs."""
        return TASKS.get(self.config.task)

    @property
    def languages(self) -> tuple[str, str]:
        """Codes (BCP 47) of what it reads and of what it writes; "" for numbers, or where it is not known."""
        first, _, second = (self.task or self.config).languages.partition("-")
        return (second, first) if self.config.swap else (first, second)

    def read_as(self, text: str) -> str:
        """The text as the network reads it: its typography folded as its training data's was."""
        return read_as(text, self.vocabularies.source, self.config)

    @property
    def mends(self) -> bool:
        """Whether it can read what was meant: it was made for what people type, and its words are counted."""
        return self.calibration is not None and self.config.typed_views != ""

    def mended(self, text: str) -> str:
        """The text as it is read: its typos taken back, and of what a hurried visitor may have meant by it, what the
        network finds the likeliest (meant.py); as it was given where nothing speaks for another one."""
        return self.all_mended([text])[0]

    def all_mended(self, texts: Sequence[str]) -> list[str]:
        """The same of many at once. Raises Seq2SeqError for one that cannot be read."""
        return meant(self, texts)

    def beyond(self, text: str) -> str:
        """One sentence: the text is not of the kind that the model was made for, so the answer is a guess; else ""."""
        text = self.read_as(text).strip()
        if self.task:
            if self.task.fits(text):
                return ""
            asked = tr(self.task.source)
            return tr(
                "It was made for {asked}. This is something else: the answer is a guess.",
                asked=f"{asked[0].lower()}{asked[1:]}",
            )
        longest, kind = self.vocabularies.max_source_length, self.vocabularies.source.kind
        if (length := len(self.vocabularies.source.split(text))) > longest:
            return tr(
                "It was trained on texts of up to {longest} {token}s; this has {length}: the answer is a guess.",
                longest=longest,
                token=tr(kind),
                length=length,
            )
        if self.languages[0] and not any(map(str.isalpha, text)):
            return tr("It was made for sentences, and there is no word in this: the answer is a guess.")
        return ""

    def remarks_on_tokens(self, text: str) -> tuple[str, ...]:
        """Sentences on what of a text the network does not know, or was never trained on; () where that is nothing."""
        vocabulary, text = self.vocabularies.source, self.read_as(text)
        unknown = dict.fromkeys(item.text for item in vocabulary.unknown(text))
        untrained = dict.fromkeys(token for token in vocabulary.split(text) if token in vocabulary.untrained)
        found = []
        if unknown:
            says = later("This model has never seen {tokens}: it read the sentence without.")
            if vocabulary.unknown_id is not None:
                says = later("This model has never seen {tokens}: it read “unknown word” there.")
                if UNKNOWN in vocabulary.untrained:
                    says = later(
                        "This model has never seen {tokens}: it read “unknown word” there, which it was never trained "
                        "on either."
                    )
            found.append(tr(says, tokens=_named(unknown)))
        if untrained:
            says = later("It was never trained on {tokens}: what it reads there is chance.")
            found.append(tr(says, tokens=_named(untrained)))
        return tuple(found)

    def source_ids(self, text: str) -> list[int]:
        """The ids the encoder reads, in its order; unknown characters are left out, unknown words stand in.

        Raises:
            Seq2SeqError: the text is empty, has no token the model knows, or is longer than 250 tokens.
        """
        vocabulary = self.vocabularies.source
        if not text.strip():
            raise Seq2SeqError(tr("There is nothing to translate: type a sentence."))
        tokens = vocabulary.split(self.read_as(text))
        if len(tokens) > MAX_SOURCE_TOKENS:
            raise Seq2SeqError(
                tr(
                    "The text has {count} {token}s; at most {most} can be translated at once.",
                    count=len(tokens),
                    token=tr(vocabulary.kind),
                    most=MAX_SOURCE_TOKENS,
                )
            )
        if not any(token in vocabulary.ids for token in tokens):
            raise Seq2SeqError(
                tr(
                    "This model has never seen any of these {token}s: try another sentence.",
                    token=tr(vocabulary.kind),
                )
            )
        return encode_source(text, self.vocabularies, self.config)

    def bounds(self, source_steps: int) -> Bounds:
        """Where the translation of a source of this many tokens begins, and where it ends at the latest."""
        target = self.vocabularies.target
        # the tutorial stops once a text is longer than its longest target, start and end tokens counted
        steps = self.network.steps(source_steps) or self.vocabularies.max_target_length + 1
        end_id = target.ids[END] if self.kind.claims.writes_end else -1
        guard = None
        if self.config.no_loops:
            space = target.ids.get(" ")
            guard = LoopGuard(source_steps, end_id, SHORTEST[target.kind], () if space is None else (space,))
        return Bounds(target.ids[START], end_id, steps, guard)

    def translate(
        self,
        text: str,
        method: str = Decoding.method,
        *,
        temperature: float = Decoding.temperature,
        top_k: int | None = Decoding.top_k,
        beam_width: int = Decoding.beam_width,
        seed: int = Decoding.seed,
        prefix: str = Decoding.prefix,
        top_p: float | None = Decoding.top_p,
        mend: bool = True,
    ) -> DecodeTrace:
        """Translates one sentence and keeps everything.

        Args:
            method: "greedy", "sample", "beam" or, in a plain encoder-decoder, "softmax".
            temperature, top_k, top_p, seed: for "sample".
            beam_width: for "beam".
            prefix: the translation must begin with this; a newline at its end forces the end of the sentence.
            mend: whether it reads what was meant (`mended`), which is then the trace's source.

        Raises:
            Seq2SeqError: a text that cannot be read, a method that the model cannot do, a dial out of its range, a
                prefix that it cannot write.
        """
        text, prefix = whole_characters(text), whole_characters(prefix)
        text = self.mended(text) if mend else text
        decoding = Decoding(method, temperature, top_k, beam_width, seed, prefix, top_p)
        chooser = make_method(decoding, self.network)
        ids = self.source_ids(text)
        bounds = self.bounds(len(ids))
        forced = self._prefix_ids(prefix, bounds)
        reading = self.network.encode(np.array([ids]), np.array([len(ids)]))
        state = self.network.initial_state(reading)
        choose = chooser.start(self.network, state, bounds, forced)

        record = _Recorder(self.network.decoder_layers, bounds.max_steps)
        logits = np.empty((bounds.max_steps, self.network.target_size), np.float32)
        looked_at: list[np.ndarray] = []
        written: list[int] = []
        token_id, previous = bounds.start_id, np.array([bounds.start_id])
        while len(written) < bounds.max_steps and token_id != bounds.end_id:
            step = len(written)
            gates = record.gates_at(step)
            if step < len(chooser.walked):
                made = chooser.walked[step]
                for kept, its in zip(gates, made.gates, strict=True):
                    kept[:] = its
            else:
                started = time.perf_counter()
                state, row = self.network.step(state, previous, gates)
                made = Stepped(state.states, state.looked_at, row, gates, time.perf_counter() - started)
            logits[step] = made.logits[0]
            token_id = forced[step] if step < len(forced) else choose(step, logits[step])
            # a token that is forced is read as it is
            fed = chooser.reads_softmax and step >= len(forced)
            previous = softmax(made.logits) if fed else np.array([token_id])
            written.append(token_id)
            record.keep(step, made)
            if made.looked_at is not None:
                looked_at.append(made.looked_at[0])
        steps = len(written)
        trace = DecodeTrace(
            layers=record.layers(steps),
            seconds=record.seconds[:steps],
            model=self.name,
            source=text,
            text=self.vocabularies.target.decode(written),
            decoding=decoding,
            unknown=self.vocabularies.source.unknown(self.read_as(text)),
            reversed=self.config.reverse_source,
            encoder=self._encoder_trace(reading),
            vocabulary=self.vocabularies.target.tokens,
            ids=np.array(written, np.int32),
            forced=min(len(forced), steps),
            logits=logits[:steps],
            probabilities=softmax(logits[:steps]),
            attention=np.array(looked_at) if looked_at else None,
            hypotheses=tuple(
                Hypothesis(self.vocabularies.target.decode(found.ids), found.log_probability, found.score)
                for found in chooser.found
            ),
            kind=self.kind.name,
            search=tuple(chooser.steps),
        )
        _TRANSLATORS[trace] = self
        return trace

    def confidence(self, trace: DecodeTrace) -> Confidence | None:
        """How sure it may be of one of its translations; None where nothing was measured."""
        return confidence(trace, self.calibration, self.read_as(trace.source)) if self.calibration else None

    def _encoder_trace(self, reading: Reading) -> EncoderTrace:
        layers = tuple(
            LayerTrace(tuple(shape.gates), layer.gates[:, 0], layer.h[0], None if layer.c is None else layer.c[0])
            for shape, layer in zip(self.network.encoder_layers, reading.layers, strict=True)
        )
        tokens = self.vocabularies.source.tokens
        return EncoderTrace(
            layers, reading.seconds, tuple("" if i == PADDING_ID else tokens[i] for i in reading.ids[0])
        )

    def _prefix_ids(self, prefix: str, bounds: Bounds) -> list[int]:
        target = self.vocabularies.target
        body = prefix.removesuffix(END)
        for token in target.split(body):
            if token not in target.ids or token in (START, END):
                raise Seq2SeqError(
                    tr(
                        "The prefix has {token} in it, which this model cannot write.",
                        token=name_token(token),
                    )
                )
        ids = [target.ids[token] for token in target.split(body)] + [bounds.end_id] * (
            body != prefix and bounds.end_id >= 0
        )
        if len(ids) > bounds.max_steps:
            raise Seq2SeqError(
                tr(
                    "The prefix has {count} tokens; this model writes at most {most}.",
                    count=len(ids),
                    most=bounds.max_steps,
                )
            )
        return ids


_TRANSLATORS: WeakKeyDictionary[DecodeTrace, Translator] = WeakKeyDictionary()


def translator_of(trace: DecodeTrace) -> Translator | None:
    """Whose translation it is; None for a trace that was read from a file."""
    return _TRANSLATORS.get(trace)


def _named(tokens: Iterable[str]) -> str:
    return ", ".join(quoted(show_token(token)) for token in tokens)


def whole_characters(text: str) -> str:
    """U+FFFD for half a surrogate pair: it is no character, and nothing could show or save it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Recorder:
    """Room for the trace of up to `steps` steps of a stack, filled while stepping."""

    def __init__(self, layers: Sequence[LayerShape], steps: int) -> None:
        self._names = [tuple(layer.gates) for layer in layers]
        self._gates = [np.empty((steps, len(layer.gates), layer.units), np.float32) for layer in layers]
        self._h = [np.empty((steps, layer.units), np.float32) for layer in layers]
        self._c = [np.empty((steps, layer.units), np.float32) if layer.has_c else None for layer in layers]
        self.seconds = np.empty(steps)

    def gates_at(self, step: int) -> list[np.ndarray]:
        return [gates[step : step + 1] for gates in self._gates]

    def keep(self, step: int, made: Stepped) -> None:
        for all_h, all_c, (h, c) in zip(self._h, self._c, made.states, strict=True):
            all_h[step] = h[0]
            if all_c is not None and c is not None:
                all_c[step] = c[0]
        self.seconds[step] = made.seconds

    def layers(self, steps: int) -> tuple[LayerTrace, ...]:
        return tuple(
            LayerTrace(names, gates[:steps], h[:steps], None if c is None else c[:steps])
            for names, gates, h, c in zip(self._names, self._gates, self._h, self._c, strict=True)
        )
