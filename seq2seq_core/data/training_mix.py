"""What a network meets in an epoch: sentences as people type them, words, fragments, and sentences that were cut off.

Another draw every epoch, and a function of seed and epoch alone: a run that is resumed goes on as a whole one would.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..config import ModelConfig
from .fragments import Fragment, align_pairs, beginnings, mine_asides, mine_fragments
from .pairs import Pair
from .source_folding import fold_source
from .templates import template_pairs
from .typed_views import TYPED_MIXES
from .vocabulary import VocabularyPair

# added to each 100 sentences
SHORT, WORDS, PHRASES, ASIDES, CUT_OFF, FROM_TEMPLATES, JOINED = 40, 9, 12, 1, 10, 2.5, 2
SHORT_LENGTH = 18  # characters of the source: greetings and the like, of which a corpus has few and people type many
LONG_LENGTH, LONG_SHARE = 45, 0.6  # longer sources cost most and teach least here: only a share of them is drawn
LANGUAGES = {"english": ("en", "fr"), "french": ("fr", "en")}  # of sources and targets, by typed_views
_BARE = 0.75  # share of fragments that stay as they are; the others begin with a capital and may have a mark


@dataclass(frozen=True)
class TrainingMix:
    """Draws the pairs of each epoch."""

    sentences: Sequence[Pair]
    fragments: Sequence[Fragment]
    cut_off: Sequence[Pair]
    asides: Sequence[Fragment]
    typed: str  # one of TYPED_MIXES
    parts: int  # an epoch has one of N parts of the sentences; after N epochs each was met once
    seed: int
    templates: bool  # those of templates.py, which are English-French
    fold: Callable[[str], str]  # what every source goes through at last

    @classmethod
    def of(
        cls,
        sentences: Sequence[Pair],
        languages: tuple[str, str],
        typed: str,
        parts: int,
        seed: int,
        fold: Callable[[str], str],
        accept: Callable[[Pair], bool] = lambda pair: True,
    ) -> TrainingMix:
        """Aligns the sentences and mines them: two minutes for 150,000.

        Args:
            languages: of sources and targets, "en" or "fr".
            accept: says of a pair whether the network can read and write it.
        """
        aligned = align_pairs(sentences, languages)
        asides = [found for found in mine_asides(sentences) if accept(Pair(found.source, found.target))]
        known = {found.source for found in asides}  # “no” is “non”, whatever it is within a sentence
        fragments = [found for found in mine_fragments(aligned) if found.source not in known]
        return cls(
            [pair for pair in sentences if accept(pair)],
            [found for found in fragments if accept(Pair(found.source, found.target))],
            [pair for pair in beginnings(aligned) if accept(pair)],
            asides,
            typed,
            parts,
            seed,
            languages == ("en", "fr"),
            fold,
        )

    @classmethod
    def for_config(cls, config: ModelConfig, training: Sequence[Pair], vocabularies: VocabularyPair) -> TrainingMix:
        """What a config with typed_views asks for, of what its vocabularies can read and write."""
        source, target = vocabularies.source.ids, vocabularies.target.ids
        return cls.of(
            training,
            LANGUAGES[config.typed_views],
            config.typed_views,
            config.epoch_parts,
            config.seed,
            fold=lambda text: fold_source(text, source),
            accept=lambda pair: all(c in source for c in pair.source) and all(c in target for c in pair.target),
        )

    def epoch(self, number: int) -> list[Pair]:
        """The pairs of an epoch, counted from 1; in no order that matters."""
        rng = random.Random(f"{self.seed} {number}")
        mix = TYPED_MIXES[self.typed]
        whole = [p for p in self._part(number) if len(p.source) <= LONG_LENGTH or rng.random() < LONG_SHARE]
        share = len(whole) / 100
        short = [pair for pair in self.sentences if len(pair.source) <= SHORT_LENGTH]
        # “Hello!” stands in the corpus twice and is typed first: the shorter, the oftener
        whole = [*whole, *_draw(rng, short, SHORT * share, [len(pair.source) ** -3.0 for pair in short])]
        starts = [pair for pair in self.sentences if len(pair.source) <= 12]
        seconds = [pair for pair in self.sentences if len(pair.source) <= 35]
        for one, two in zip(_draw(rng, starts, JOINED * share), _draw(rng, seconds, JOINED * share), strict=False):
            whole.append(Pair(f"{one.source} {two.source}", f"{one.target} {two.target}"))
        words = [found for found in self.fragments if " " not in found.source]
        phrases = [found for found in self.fragments if " " in found.source]
        parts = [
            *_draw(rng, words, WORDS * share, [found.count**0.35 for found in words]),
            *_draw(rng, phrases, PHRASES * share, [found.count**0.5 for found in phrases]),
            *_draw(rng, self.asides, ASIDES * share, [found.count**0.5 for found in self.asides]),
        ]
        pieces = [_dressed(Pair(found.source, found.target), rng) for found in parts]
        pieces += _draw(rng, self.cut_off, CUT_OFF * share)
        if self.templates:
            pieces += template_pairs(round(FROM_TEMPLATES * share), rng)
        pairs = [Pair(mix.rewrite(pair.source, rng), pair.target) for pair in whole]
        pairs += [Pair(mix.rewrite(p.source, rng) if rng.random() < 0.5 else p.source, p.target) for p in pieces]
        return [Pair(source, pair.target) for pair in pairs if (source := self.fold(pair.source))]

    def _part(self, number: int) -> list[Pair]:
        turn, part = divmod(number - 1, self.parts)
        order = list(range(len(self.sentences)))
        random.Random(f"{self.seed} turn {turn}").shuffle(order)
        return [self.sentences[place] for place in order[part :: self.parts]]


def _draw(rng: random.Random, items: Sequence, count: float, weights: Sequence[float] | None = None) -> list:
    """`count` of the items, with repetitions; none where there are none."""
    return rng.choices(items, weights, k=round(count)) if items else []


def _dressed(pair: Pair, rng: random.Random) -> Pair:
    """A fragment as it is, or as a sentence of its own: with a capital, and with a mark on both sides."""
    if rng.random() < _BARE:
        return pair
    source, target = (text[:1].upper() + text[1:] for text in pair)
    if rng.random() < 0.4:
        mark = rng.choice((".", ".", "!"))
        return Pair(source + mark, target + (" !" if mark == "!" else "."))
    return Pair(source, target)
