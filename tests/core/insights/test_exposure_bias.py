"""A reference's probabilities, teacher-forced and free-running."""

import numpy as np
import plotly.graph_objects as go
import pytest

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.data.pairs import Pair
from seq2seq_core.inference.translate_many import log_probabilities
from seq2seq_core.insights.exposure_bias import COST_OF_A_SLIP, EXPOSURE_BIAS, EXPOSURE_CHARTS, exposure_bias

MODEL = load_model("en-fr-char-lstm")
SOURCE, REFERENCE = "Be nice.", "Sois gentil\u202f!"


def test_forced_are_the_probabilities_of_the_reference() -> None:
    bias = exposure_bias(MODEL, SOURCE, REFERENCE)
    assert "".join(bias.tokens) == REFERENCE + "\n"
    (expected,) = log_probabilities(MODEL, [Pair(SOURCE, REFERENCE)])
    np.testing.assert_allclose(bias.forced, np.exp(expected), atol=1e-5)


def test_free_running_agrees_until_the_first_difference() -> None:
    own = MODEL.translate(SOURCE)
    bias = exposure_bias(MODEL, SOURCE, REFERENCE)
    same = next(i for i, (a, b) in enumerate(zip(own.tokens, bias.tokens, strict=False)) if a != b)
    np.testing.assert_allclose(bias.free[: same + 1], bias.forced[: same + 1], atol=1e-6)
    assert not np.allclose(bias.free[same + 1 :], bias.forced[same + 1 :], atol=1e-3)


def test_its_own_translation_has_no_bias() -> None:
    own = MODEL.translate(SOURCE)
    bias = exposure_bias(MODEL, SOURCE, own.text)
    np.testing.assert_allclose(bias.free, bias.forced, atol=1e-6)


def test_a_reference_longer_than_the_translation_ends_in_zeros() -> None:
    bias = exposure_bias(MODEL, SOURCE, "Sois gentil avec tout le monde, toujours.")
    assert bias.free[len(MODEL.translate(SOURCE)) :].sum() == 0


def test_a_slip_costs_what_forcing_it_shows() -> None:
    """Against the trace of the reference with the other token typed into it."""
    bias = exposure_bias(MODEL, SOURCE, REFERENCE)
    assert [slip.step for slip in bias.slips] == list(range(len(REFERENCE)))
    reference = MODEL.translate(SOURCE, prefix=REFERENCE + "\n")
    for slip in bias.slips:
        other = [
            i
            for i in reference.ranking(slip.step)[:3]
            if reference.vocabulary[i] not in (*"\t\n", REFERENCE[slip.step])
        ]
        assert slip.token == reference.vocabulary[other[0]]
        assert slip.probability == pytest.approx(reference.probabilities[slip.step, other[0]], rel=1e-4)
        typed = REFERENCE[: slip.step] + slip.token + REFERENCE[slip.step + 1 :] + "\n"
        after = np.log(MODEL.translate(SOURCE, prefix=typed).chosen_probabilities)
        extra = np.log(reference.chosen_probabilities) - after
        np.testing.assert_allclose(slip.extra_nats, extra[slip.step + 1 :], atol=1e-3)
    # where the network writes something else of its own accord, that is the slip to see first
    assert (bias.slip.step, bias.slip.token) == (bias.difference, MODEL.translate(SOURCE).tokens[bias.difference])
    same = exposure_bias(MODEL, SOURCE, MODEL.translate(SOURCE).text)
    assert same.slip.probability == max(slip.probability for slip in same.slips)


def test_a_slip_costs_a_network_less_that_was_trained_on_its_own_writing() -> None:
    free = exposure_bias(load_model("en-fr-char-lstm-free-running"), SOURCE, REFERENCE)
    assert free.next_extra_nats < 2 < exposure_bias(MODEL, SOURCE, REFERENCE).next_extra_nats


def test_a_slip_of_words_is_a_word() -> None:
    bias = exposure_bias(load_model("en-fr-word-lstm"), SOURCE, "Sois gentil !")
    assert all(slip.token not in ("<pad>", "<unk>", "\t", "\n") for slip in bias.slips)
    assert [len(slip.extra_nats) for slip in bias.slips] == list(range(len(bias.tokens) - 1, 0, -1))


def test_a_right_answer_in_other_words_is_not_called_astray() -> None:
    """By position, everything after the first difference looks improbable."""
    bias = exposure_bias(MODEL, SOURCE, REFERENCE)
    own = MODEL.translate(SOURCE)
    assert own.text[: bias.difference] == REFERENCE[: bias.difference]
    assert own.text[bias.difference] != REFERENCE[bias.difference]
    chart = EXPOSURE_BIAS.build(bias)
    colors = chart["data"][1]["marker"]["color"]
    assert colors[bias.difference] != colors[bias.difference + 1]
    assert len(set(colors[bias.difference + 1 :])) == len(set(colors[: bias.difference + 1])) == 1
    assert chart["layout"]["shapes"][0]["x0"] == bias.difference - 0.5
    assert "astray" not in chart["help"]
    same = EXPOSURE_BIAS.build(exposure_bias(MODEL, SOURCE, own.text))
    assert same["layout"]["shapes"] == []
    assert len(set(same["data"][1]["marker"]["color"])) == 1


def test_the_charts_are_valid() -> None:
    for reference in (REFERENCE, "S", MODEL.translate(SOURCE).text):
        for chart in EXPOSURE_CHARTS:
            figure = chart.build(exposure_bias(MODEL, SOURCE, reference))
            go.Figure({name: figure[name] for name in ("data", "layout", "frames")})
            assert figure["help"].endswith(".")
    figure = COST_OF_A_SLIP.build(bias := exposure_bias(MODEL, SOURCE, REFERENCE))
    for step, frame in enumerate(figure["frames"]):
        assert frame["data"][0]["x"] == list(range(step + 1, len(bias.tokens)))
    assert figure["data"] == figure["frames"][figure["step"]]["data"]


def test_a_network_that_reads_nothing_it_wrote_has_none() -> None:
    with pytest.raises(Seq2SeqError, match="never reads what it wrote"):
        exposure_bias(load_model("addition-lstm"), "535+61", "596")


@pytest.mark.parametrize(("reference", "message"), [("", "no reference"), ("世", "“世”"), ("a" * 90, "90|91")])
def test_what_cannot_be_written_is_refused(reference: str, message: str) -> None:
    with pytest.raises(Seq2SeqError, match=message):
        exposure_bias(MODEL, SOURCE, reference)
