"""Scores, against what they are by hand and by sacrebleu itself."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import sacrebleu
from toy_translators import toy_translator

from seq2seq_core.data.pairs import Pair
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.inference.evaluation import evaluate
from seq2seq_core.inference.translate_many import log_probabilities
from seq2seq_core.inference.translator import Translator

SOURCES = ("abc", "a b", "dé", "cab", "bad bed")


def evaluated_model(longest: int) -> Translator:
    return toy_translator(5, target="\t\n xyzé", max_target_length=longest, scale=0.8)


@pytest.fixture(scope="module")
def model() -> Translator:
    """It writes twelve characters and more of "yé yé yézyé", differently for each source."""
    return evaluated_model(12)


@pytest.fixture(scope="module")
def pairs(model: Translator) -> list[Pair]:
    """Of five sentences, three have several references: two of those hold the model's own translation."""
    written = {source: model.translate(source).text for source in SOURCES}
    assert all(written.values())
    assert len(set(written.values())) >= 4
    return [
        Pair("abc", "xyz"),
        Pair("abc", written["abc"]),
        Pair("abc", "zz"),
        Pair("a b", "y x"),
        Pair("dé", written["dé"]),
        Pair("cab", "zé"),
        Pair("cab", "é"),
        Pair("bad bed", "x y z"),
        Pair("bad bed", written["bad bed"]),
    ]


def nll_by_hand(pair: Pair) -> list[float]:
    """In nats, a token at a time: -log of the probability in the trace of the forced translation."""
    trace = evaluated_model(100).translate(pair.source, prefix=pair.target + "\n")
    return [-math.log(p) for p in trace.chosen_probabilities]


@pytest.mark.parametrize(("clean", "exact"), [(True, 1.0), (False, 0.0)])
def test_typography_that_training_folded_makes_no_other_translation(clean: bool, exact: float) -> None:
    plain = evaluated_model(12)
    model = Translator(replace(plain.config, clean=clean), plain.vocabularies, plain.network)
    written = model.translate("abc").text
    assert " " in written
    found = evaluate(model, [Pair("abc", written.replace(" ", "\u202f"))])
    assert found.exact_match == exact
    assert found.unknown_tokens == (0 if clean else written.count(" "))


def test_log_probabilities_are_those_of_the_forced_translation(model: Translator, pairs: list[Pair]) -> None:
    for pair, ours in zip(pairs, log_probabilities(model, pairs), strict=True):
        assert ours.shape == (len(pair.target) + 1,)  # every token and the end
        np.testing.assert_allclose(-ours, nll_by_hand(pair), rtol=1e-4, atol=1e-6)


def test_scores(model: Translator, pairs: list[Pair]) -> None:
    result = evaluate(model, pairs)
    assert (result.model, result.method) == ("toy", "greedy")
    assert (result.sentences, result.pairs) == (5, 9)
    assert result.exact_match == pytest.approx(3 / 5)  # "abc", "dé" and "bad bed"
    losses = [loss for pair in pairs for loss in nll_by_hand(pair)]
    assert result.nll_per_token == pytest.approx(sum(losses) / len(losses), rel=1e-4)
    assert result.unknown_tokens == 0
    assert result.seconds > 0


def test_chrf_and_bleu_are_sacrebleus_with_repeated_sources_as_references(model: Translator, pairs: list[Pair]) -> None:
    result = evaluate(model, pairs)
    hypotheses = [model.translate(source).text for source in SOURCES]
    first = ["xyz", "y x", hypotheses[2], "zé", "x y z"]
    second = [hypotheses[0], None, None, "é", hypotheses[4]]
    third = ["zz", None, None, None, None]
    references = [first, second, third]
    assert result.chrf == pytest.approx(sacrebleu.corpus_chrf(hypotheses, references).score)  # type: ignore[arg-type]
    assert result.bleu == pytest.approx(sacrebleu.corpus_bleu(hypotheses, references).score)  # type: ignore[arg-type]
    # the further references count: against the first alone it is worse
    assert result.chrf > sacrebleu.corpus_chrf(hypotheses, [first]).score


def test_own_translations_are_perfect(model: Translator) -> None:
    result = evaluate(model, [Pair(source, model.translate(source).text) for source in SOURCES])
    assert result.exact_match == 1
    assert result.chrf == pytest.approx(100)


def test_the_order_of_references_does_not_matter(model: Translator, pairs: list[Pair]) -> None:
    forward, backward = evaluate(model, pairs), evaluate(model, pairs[::-1])
    for name in ("chrf", "bleu", "exact_match", "nll_per_token"):
        assert getattr(forward, name) == pytest.approx(getattr(backward, name))


def test_characters_the_model_cannot_write_are_counted_and_left_out(model: Translator) -> None:
    known, odd = evaluate(model, [Pair("abc", "xy")]), evaluate(model, [Pair("abc", "x🙂yQ")])
    assert (known.unknown_tokens, odd.unknown_tokens) == (0, 2)
    assert odd.nll_per_token == pytest.approx(known.nll_per_token)
    assert odd.exact_match == 0


def test_other_methods_are_scored_too(model: Translator, pairs: list[Pair]) -> None:
    result = evaluate(model, pairs, "beam", beam_width=4)
    matches = [
        model.translate(source, "beam", beam_width=4).text in [pair.target for pair in pairs if pair.source == source]
        for source in SOURCES
    ]
    assert result.method == "beam"
    assert result.exact_match == pytest.approx(np.mean(matches))


def test_progress_goes_to_the_end(model: Translator, pairs: list[Pair]) -> None:
    seen: list[tuple[int, int]] = []
    evaluate(model, pairs, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 5) for done in range(1, 6)]


def test_a_source_that_cannot_be_read_is_refused(model: Translator) -> None:
    with pytest.raises(Seq2SeqError, match="never seen"):
        evaluate(model, [Pair("abc", "x"), Pair("🙂", "y")])
