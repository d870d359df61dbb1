"""A reference's probabilities, teacher-forced and free-running."""

import numpy as np
import plotly.graph_objects as go
import pytest

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.data.pairs import Pair
from seq2seq_core.inference.translate_many import log_probabilities
from seq2seq_core.insights.exposure_bias import EXPOSURE_BIAS, exposure_bias

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


def test_the_chart_is_valid() -> None:
    chart = EXPOSURE_BIAS.build(exposure_bias(MODEL, SOURCE, REFERENCE))
    go.Figure({name: chart[name] for name in ("data", "layout", "frames")})


@pytest.mark.parametrize(("reference", "message"), [("", "no reference"), ("世", "“世”"), ("a" * 90, "90|91")])
def test_what_cannot_be_written_is_refused(reference: str, message: str) -> None:
    with pytest.raises(Seq2SeqError, match=message):
        exposure_bias(MODEL, SOURCE, reference)
