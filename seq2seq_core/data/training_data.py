"""What a config trains on: pairs from a file or generated, held-out ones apart, and the vocabularies of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..config import ModelConfig
from ..decimals import whole
from ..errors import Seq2SeqError
from ..language import tr
from .cleaning import clean_pairs, fold_pair, what_was_left_out
from .pairs import Pair
from .splits import split_pairs, unseen_pairs
from .tasks import TASKS
from .vocabulary import VocabularyPair

UNKNOWN_SHARE = 0.001  # of the words that are trained on, so many are read and written as `<unk>`


def training_data(
    config: ModelConfig, pairs: Sequence[Pair] = (), remark: Callable[[str], object] = lambda sentence: None
) -> tuple[list[Pair], list[Pair]]:
    """Training and validation pairs: split from `pairs`, or generated.

    Args:
        remark: is told, in a sentence each, what was left out and why.

    Raises:
        Seq2SeqError: the pairs cannot be split, cleaning leaves none on one side, or a task does not have that many.
    """
    if config.task == "pairs":
        pairs = pairs[: config.num_samples]
        training, validation = split_pairs(pairs, config.split, config.validation_split, config.seed)
        if config.clean:
            cleaned = dict(zip(pairs, clean_pairs(pairs), strict=True))
            training = [new for pair in training if (new := cleaned[pair])]
            validation = [new for pair in validation if (new := cleaned[pair])]
            if left_out := [pair for pair in pairs if not cleaned[pair]]:
                sentence = what_was_left_out(left_out, len(pairs))
                if not training or not validation:
                    nothing = tr("Nothing is left to train on: clean=false keeps them.")
                    if training:
                        nothing = tr("Nothing is left to hold out: clean=false keeps them.")
                    raise Seq2SeqError(f"{sentence} {nothing}")
                remark(sentence)
        if config.swap:
            # decided by the first column, whichever way round: the same sentences are unseen by both models
            training, validation = swapped(training), swapped(validation)
            learnt = unseen_pairs(training, validation)
            if len(learnt) < len(training):
                left = whole(len(training) - len(learnt))
                remark(tr("{count} pairs are left out, whose source is held out as well.", count=left))
            training = learnt
        return training, validation
    assert config.num_samples is not None
    held_out = max(1, round(config.num_samples * config.validation_split))
    task = TASKS[config.task]
    return (
        task.pairs(config.num_samples - held_out, config.seed),
        task.pairs(held_out, config.seed, held_out=True),
    )


def held_out_pairs(config: ModelConfig, pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs of a file whose source the model was not trained on, as they stand there.

    Raises:
        Seq2SeqError: the pairs cannot be split.
    """
    training, validation = split_pairs(pairs[: config.num_samples], config.split, config.validation_split, config.seed)
    if config.swap:
        pairs, validation = swapped(pairs), swapped(validation)
        training = unseen_pairs(swapped(training), validation)
    seen = {pair.source for pair in training}
    return [pair for pair in pairs if pair.source not in seen]


def folded_as_trained(config: ModelConfig, pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs in the typography that the model was trained on: a reference with another kind of space is no other
    translation. Without `clean` they stay as they stand."""
    if not config.clean:
        return list(pairs)
    if config.swap:  # the first column is cleaned as English, whichever way round
        return swapped([fold_pair(pair) for pair in swapped(pairs)])
    return [fold_pair(pair) for pair in pairs]


def swapped(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs the other way round."""
    return [Pair(pair.target, pair.source) for pair in pairs]


def make_vocabularies(config: ModelConfig, training: Sequence[Pair], held_out: Sequence[Pair] = ()) -> VocabularyPair:
    """The tokens of the training pairs, or of all pairs where the config asks for that; the lengths are those of all.

    Of the words of training pairs the rarest stay unknown, so that what stands for unknown ones is learnt. Tokens that
    held-out pairs alone have are marked as untrained, and so is `<unk>` where every training word is known. Where
    sources are rewritten as people type them, which tokens those have is not asked.
    """
    lengths = found = _tokens(config, [*training, *held_out], 0.0)
    if config.vocabulary_from == "training":
        learnt = _tokens(config, training, UNKNOWN_SHARE)
        # of a few pairs the held-out ones can have nothing in common with the others: they are to be read all the same
        if not held_out or any(learnt.source.encode(pair.source) for pair in held_out):
            found = learnt
    found = replace(found, max_source_length=lengths.max_source_length, max_target_length=lengths.max_target_length)
    if config.typed_views:
        return found
    return replace(
        found,
        source=found.source.trained_on({pair.source for pair in training}),
        target=found.target.trained_on({pair.target for pair in training}),
    )


def _tokens(config: ModelConfig, pairs: Sequence[Pair], unknown: float) -> VocabularyPair:
    """The tokens of these pairs; of words the rarest that make up this share of them stay unknown."""
    if config.level == "word":
        return VocabularyPair.of_words(pairs, config.max_words, unknown)
    return VocabularyPair.from_pairs(pairs)


def readable(
    held_out: Sequence[Pair], vocabularies: VocabularyPair, remark: Callable[[str], object] = lambda sentence: None
) -> list[Pair]:
    """Those whose source has a token that the vocabulary knows: there is nothing to be read of the others.

    Args:
        remark: is told, in a sentence, how many are left out.
    """
    read = [pair for pair in held_out if vocabularies.source.encode(pair.source)]
    if left_out := len(held_out) - len(read):
        remark(
            tr(
                "{count} of the held-out pairs are left out: no {token} of theirs was trained on.",
                count=whole(left_out),
                token=tr(vocabularies.source.kind),
            )
        )
    return read
