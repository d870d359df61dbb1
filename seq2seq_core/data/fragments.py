"""Words and fragments: what sentences are made of, each with its translation, taken out of the sentence pairs.

A corpus of whole sentences hardly has “cat” alone, or “in the morning”. The words of its pairs are aligned, the phrases
that translate each other are counted, and the frequent and certain ones are training pairs of their own.

Source: consistent phrase pairs and their probabilities both ways, Koehn, Och & Marcu 2003.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .alignment import Alignment, agreed, align, phrase_spans, symmetric
from .pairs import Pair

LONGEST = 4  # words of a mined phrase
_PRONOUN = r"(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles|le|la|les|moi|toi|lui|leur|y|en|ce|là|ci)\b"
# English: possessive ’s apart; French: what is elided, and pronouns behind a hyphen, apart
_WORDS = {
    "en": re.compile(r"[^\W\d_]+(?:'(?!s\b)[^\W\d_]+)*(?:-[^\W\d_]+)*|'s\b|\d+(?:[.,:]\d+)*|[^\w\s]", re.IGNORECASE),
    "fr": re.compile(
        rf"aujourd'hui|[^\W\d_]+'|-{_PRONOUN}|[^\W\d_]+(?:-(?!{_PRONOUN})[^\W\d_]+)*|\d+(?:[.,:]\d+)*|[^\w\s]",
        re.IGNORECASE,
    ),
}


_ARTICLE = re.compile(r"^(?:l'|d'|le |la |les |un |une |des |de |du |à |en )")


@dataclass(frozen=True)
class Word:
    text: str
    start: int  # in its sentence
    end: int


@dataclass(frozen=True)
class Fragment:
    """A word or a phrase and the translation it most often has."""

    source: str
    target: str
    count: int  # sentence pairs it was found in
    forward: float  # share of the source phrase's occurrences that have this translation
    backward: float  # share of the translation's occurrences that have this source


@dataclass(frozen=True)
class AlignedPair:
    pair: Pair
    source: tuple[Word, ...]
    target: tuple[Word, ...]
    links: Alignment
    sure: Alignment  # those that both directions have


def words_of(text: str, language: str) -> tuple[Word, ...]:
    """Words and marks of a sentence, and where they stand.

    Args:
        language: "en" or "fr".
    """
    return tuple(Word(found.group(), *found.span()) for found in _WORDS[language].finditer(text))


def align_pairs(pairs: Sequence[Pair], languages: tuple[str, str]) -> list[AlignedPair]:
    """The pairs that have words on both sides, with the links between them, from both directions' alignments."""
    words = ((pair, words_of(pair.source, languages[0]), words_of(pair.target, languages[1])) for pair in pairs)
    split = [(pair, source, target) for pair, source, target in words if source and target]
    sources = [[word.text.lower() for word in source] for _, source, _ in split]
    targets = [[word.text.lower() for word in target] for _, _, target in split]
    forward, backward = align(sources, targets), align(targets, sources)
    return [
        AlignedPair(pair, source, target, symmetric(ahead, back), agreed(ahead, back))
        for (pair, source, target), ahead, back in zip(split, forward, backward, strict=True)
    ]


class _Names:
    """Words that begin with a capital wherever they stand."""

    def __init__(self, sentences: Sequence[Sequence[Word]]) -> None:
        capital: Counter[str] = Counter()
        small: Counter[str] = Counter()
        for words in sentences:
            for word in words[1:]:
                (capital if word.text[0].isupper() else small)[word.text.lower()] += 1
        self._names = {word for word, count in capital.items() if count > small[word]}

    def is_name(self, word: str) -> bool:
        return word.lower() in self._names

    def small(self, text: str, first: Word) -> str:
        """The text with its first letter small, unless the word is a name."""
        return text if self.is_name(first.text) else text[:1].lower() + text[1:]


def mine_fragments(
    aligned: Sequence[AlignedPair],
    least_count: int = 3,
    least_forward: float = 0.3,
    least_backward: float = 0.1,
) -> list[Fragment]:
    """Each frequent phrase with its most frequent translation, where both are certain enough; most frequent first.

    Args:
        least_forward: of a word alone; the longer ones need half as much again.
    """
    source_names, target_names = _Names([pair.source for pair in aligned]), _Names([pair.target for pair in aligned])
    # a sentence with many translations counts once for each different phrase
    found: dict[tuple[str, str], set[str]] = {}
    lengths: dict[str, int] = {}
    for pair in aligned:
        for first, last, start, end in phrase_spans(pair.links, len(pair.source), len(pair.target), LONGEST):
            if not (_whole(pair.source[first : last + 1]) and _whole(pair.target[start : end + 1])):
                continue
            source = pair.pair.source[pair.source[first].start : pair.source[last].end]
            target = pair.pair.target[pair.target[start].start : pair.target[end].end]
            source = source_names.small(source, pair.source[first])
            target = target_names.small(target, pair.target[start])
            lengths[source] = last + 1 - first
            found.setdefault((source, target), set()).add(pair.pair.source)
    counts = {phrase: len(sentences) for phrase, sentences in found.items()}
    candidates: dict[str, dict[str, int]] = {}
    targets: Counter[str] = Counter()
    for (source, target), count in counts.items():
        candidates.setdefault(source, {})[target] = count
        targets[target] += count
    fragments = []
    for source, translations in candidates.items():
        if sum(translations.values()) < least_count:
            continue
        if alone := lengths[source] == 1:
            translations = _without_endings(_without_articles(translations))
        target, count = max(translations.items(), key=lambda item: (item[1], item[0]))
        forward = count / sum(translations.values())
        backward = min(1.0, counts[source, target] / targets[target])
        needed = least_forward * (1 if alone else 1.5)
        if count >= least_count and forward >= needed and backward >= least_backward:
            fragments.append(Fragment(source, target, count, forward, backward))
    return sorted(fragments, key=lambda fragment: (-fragment.count, fragment.source))


def _without_articles(translations: dict[str, int]) -> dict[str, int]:
    """“l'école” counted with “école”, where a word is found with an article and alone."""
    merged = Counter(translations)
    for text, count in translations.items():
        bare = _ARTICLE.sub("", text)
        if bare != text and translations.get(bare, 0) >= 0.1 * count:
            merged[bare] += merged.pop(text)
    return dict(merged)


def _without_endings(translations: dict[str, int]) -> dict[str, int]:
    """“grande” and “grands” counted with “grand”, where that is frequent itself: the form a dictionary has."""
    merged = Counter(translations)
    for text, count in sorted(translations.items(), key=lambda item: -len(item[0])):
        for ending in ("es", "e", "s"):
            short = text.removesuffix(ending)
            if short != text and translations.get(short, 0) >= 0.3 * count:
                merged[short] += merged.pop(text)
                break
    return dict(merged)


def mine_asides(pairs: Sequence[Pair], least_count: int = 2, least_share: float = 0.3) -> list[Fragment]:
    """What stands before the first comma or behind the last on both sides: “No, …”, “…, please.”

    No word alignment tells that “no” alone is “non”: within sentences it is mostly “pas”.
    """
    found: dict[tuple[str, str], set[str]] = {}
    heads: set[str] = set()
    for pair in pairs:
        parts, other = pair.source.split(", "), pair.target.split(", ")
        if len(parts) != 2 or len(other) != 2:
            continue
        for place in (0, 1):
            source, target = (side[place].strip(" .!?;") for side in (parts, other))
            if 0 < len(source.split()) <= 2 and 0 < len(target.split()) <= 4:
                if place == 0:
                    source, target = (re.sub(r"^(?!I\b)[^\W\d_](?![A-Z])", _small, text) for text in (source, target))
                    heads.add(source)
                found.setdefault((source, target), set()).add(pair.source)
    sources: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    for (source, target), sentences in found.items():
        sources[source] += len(sentences)
        targets[target] += len(sentences)
    best: dict[str, Fragment] = {}
    for (source, target), sentences in found.items():
        count = len(sentences)
        fragment = Fragment(source, target, count, count / sources[source], count / targets[target])
        # a tag question is “si” or “non” as it happens: what only ever ends a sentence has to be certain both ways
        least_backward = 0.1 if source in heads else 0.6
        if count >= least_count and fragment.forward >= least_share and fragment.backward >= least_backward:
            best[source] = max(best.get(source, fragment), fragment, key=lambda item: item.count)
    return sorted(best.values(), key=lambda fragment: (-fragment.count, fragment.source))


def _small(found: re.Match[str]) -> str:
    return found.group().lower()


def _whole(words: Sequence[Word]) -> bool:
    """No marks among them, and nothing at the edges that hangs on a word outside."""
    return (
        all(word.text[-1].isalnum() or word.text[-1] == "'" for word in words)
        and not words[-1].text.endswith("'")
        and words[0].text[0] not in "-'"
    )


def beginnings(aligned: Sequence[AlignedPair], shortest: int = 2) -> Iterator[Pair]:
    """Sentences cut off behind a word, with what their translation has up to there, where both begin alike.

    That is where the words read so far and those written so far translate each other and nothing else.
    """
    for pair in aligned:
        for first, last, start, end in phrase_spans(pair.links, len(pair.source), len(pair.target), len(pair.source)):
            if first or start or last + 1 < shortest or last >= len(pair.source) - 2:
                continue
            source, target = pair.source[: last + 1], pair.target[: end + 1]
            if not (_whole(source[-1:]) and _whole(target[-1:])):
                continue
            # what both directions agree on: the last words of both, and most of the others
            read, written = ({link[side] for link in pair.sure} for side in (0, 1))
            if last not in read or end not in written:
                continue
            if (
                min(len([i for i in read if i <= last]) / (last + 1), len([j for j in written if j <= end]) / (end + 1))
                < 0.6
            ):
                continue
            yield Pair(pair.pair.source[: source[-1].end], pair.pair.target[: target[-1].end])
