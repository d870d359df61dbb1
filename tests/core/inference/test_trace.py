"""DecodeTrace: consistent with itself, and the same again after JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_translators import assert_equal, toy_translator

from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.inference.trace import DecodeTrace
from seq2seq_core.inference.translator import softmax

# everything that a JSON, CSV or HTML writer could trip over is a token on both sides
AWKWARD = " ab\"',;\\<>&/=\r\0\x0b\u2028\u202f🙂é"
MODEL = toy_translator(1, source=AWKWARD + "\n\t", target="\t\n" + AWKWARD, units=4, max_target_length=6, scale=0.7)

sentences = st.builds(
    lambda before, after: f"{before}a{after}",
    st.text(st.sampled_from(AWKWARD + "\n\t") | st.characters(), max_size=15),
    st.text(st.sampled_from(AWKWARD + "\n\t") | st.characters(), max_size=15),
)
methods = st.sampled_from(["greedy", "sample", "beam"])
prefixes = st.text(AWKWARD, max_size=3)


@given(text=sentences, method=methods, prefix=prefixes, seed=st.integers(0, 9))
def test_json_round_trip_loses_nothing(text: str, method: str, prefix: str, seed: int) -> None:
    trace = MODEL.translate(text, method, prefix=prefix, seed=seed, top_k=5, beam_width=3)
    assert_equal(DecodeTrace.from_json(trace.to_json()), trace)


@given(text=sentences, method=methods, prefix=prefixes, seed=st.integers(0, 9))
def test_csv_round_trip_loses_nothing(text: str, method: str, prefix: str, seed: int) -> None:
    trace = MODEL.translate(text, method, prefix=prefix, seed=seed, top_k=5, beam_width=3)
    assert_equal(DecodeTrace.from_csv(trace.to_csv()), trace)


def test_a_table_with_a_byte_order_mark_and_a_large_vocabulary_is_read() -> None:
    trace = MODEL.translate("ab")
    trace = replace(trace, vocabulary=tuple(token + "x" * 20_000 for token in trace.vocabulary))
    assert_equal(DecodeTrace.from_csv("\ufeff" + trace.to_csv()), trace)


@pytest.mark.parametrize("text", ['"quoted", he said', "<b>bold</b> & <script>alert(1)</script>", "a\nb", "a 🙂", "=a"])
def test_what_was_typed_stands_in_the_export_as_typed(text: str) -> None:
    trace = MODEL.translate(text)
    assert json.loads(trace.to_json())["source"] == text
    assert DecodeTrace.from_csv(trace.to_csv()).source == text


def test_half_a_surrogate_pair_is_an_unknown_character() -> None:
    """A terminal hands over bytes that are no UTF-8 as lone surrogates, which no export could write."""
    trace = MODEL.translate("a\udce9b")
    assert [item.position for item in trace.unknown] == [1]
    assert_equal(DecodeTrace.from_json(trace.to_json()), trace)
    assert_equal(DecodeTrace.from_csv(trace.to_csv()), trace)


def test_json_is_plain_and_has_the_same_numbers() -> None:
    trace = MODEL.translate("ab")
    values = json.loads(trace.to_json())
    assert values == trace.to_dict()
    assert values["text"] == trace.text
    np.testing.assert_array_equal(np.array(values["probabilities"], np.float32), trace.probabilities)
    assert np.array(values["layers"][0]["gates"]).shape == (len(trace), 4, 4)


def test_csv_has_a_row_a_step_and_named_columns() -> None:
    trace = MODEL.translate("ab é")
    rows = list(csv.DictReader(io.StringIO(trace.to_csv())))
    assert [row["side"] for row in rows] == ["encoder"] * 4 + ["decoder"] * len(trace)
    assert [row["token"] for row in rows] == ["a", "b", " ", "é", *trace.tokens]
    assert [int(row["step"]) for row in rows] == [1, 2, 3, 4, *range(1, len(trace) + 1)]
    last = rows[-1]
    assert float(last["h_norm"]) == pytest.approx(trace.h_norms[-1])
    assert float(last["probability 3 a"]) == pytest.approx(trace.probabilities[-1, 3])
    assert float(last["layer1 o 2"]) == pytest.approx(trace.layers[0].gates[-1, 3, 2])


@given(text=sentences, method=methods)
def test_the_numbers_fit_together(text: str, method: str) -> None:
    trace = MODEL.translate(text, method)
    steps = len(trace)
    assert trace.probabilities.shape == trace.logits.shape == (steps, len(trace.vocabulary))
    assert trace.probabilities.dtype == trace.logits.dtype == np.float32
    np.testing.assert_allclose(trace.probabilities.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(trace.probabilities, softmax(trace.logits.astype(np.float64)), atol=1e-6)
    assert trace.chosen_probabilities.tolist() == [trace.probabilities[t, i] for t, i in enumerate(trace.ids)]
    assert trace.tokens == tuple(trace.vocabulary[i] for i in trace.ids)
    assert trace.input_tokens == ("\t", *trace.tokens[:-1])
    assert trace.text == "".join(token for token in trace.tokens if token not in "\t\n")
    for side, tokens in ((trace, trace.tokens), (trace.encoder, trace.encoder.tokens)):
        layer = side.layers[0]
        assert layer.c is not None
        assert side.c_norms is not None
        assert layer.gate_names == ("i", "f", "g", "o")
        assert layer.gates.shape == (len(tokens), 4, 4)
        assert layer.h.shape == layer.c.shape == (len(tokens), 4)
        np.testing.assert_allclose(side.h_norms, np.sqrt((layer.h.astype(np.float64) ** 2).sum(axis=1)), rtol=1e-5)
        np.testing.assert_allclose(side.c_norms, np.sqrt((layer.c.astype(np.float64) ** 2).sum(axis=1)), rtol=1e-5)
        assert side.seconds.shape == (len(tokens),)
        assert (side.seconds > 0).all()
        sigmoids = layer.gates[:, [0, 1, 3]]
        assert ((sigmoids >= 0) & (sigmoids <= 1)).all()
        assert (np.abs(layer.gates[:, 2]) <= 1).all()
        assert (np.abs(layer.h) <= 1).all()


@given(text=sentences)
def test_ranking_is_by_probability(text: str) -> None:
    trace = MODEL.translate(text)
    for step in range(len(trace)):
        ranked = trace.probabilities[step, trace.ranking(step)]
        assert (np.diff(ranked) <= 0).all()
        assert trace.ranking(step)[0] == trace.ids[step]  # greedy took the first


def test_tokens_of_the_encoder_are_the_characters_it_read() -> None:
    trace = MODEL.translate("ab🙂 Ωé")
    assert trace.encoder.tokens == tuple("ab🙂 é")
    assert [item.text for item in trace.unknown] == ["Ω"]


@pytest.mark.parametrize("repeats", [False, True], ids=["canonical", "repeat_vector"])
@pytest.mark.parametrize("layers", [1, 3])
def test_a_gru_has_h_alone_and_round_trips(layers: int, repeats: bool) -> None:
    trace = toy_translator(1, cell="GRU", layers=layers, repeats=repeats).translate("ab")
    for side in (trace, trace.encoder):
        assert len(side.layers) == layers
        assert side.c_norms is None
        for layer in side.layers:
            assert layer.gate_names == ("z", "r", "n")
            assert layer.gates.shape == (len(layer.h), 3, 6)
            assert layer.c is None
            assert layer.c_norms is None
        np.testing.assert_array_equal(side.h_norms, side.layers[-1].h_norms)  # the top layer's
    assert "c_norm" not in trace.to_csv().splitlines()[0]
    assert_equal(DecodeTrace.from_json(trace.to_json()), trace)
    assert_equal(DecodeTrace.from_csv(trace.to_csv()), trace)


@pytest.mark.parametrize("data", ["", "[]", "{}", "null", '{"encoder": 1}', "{", '{"encoder": {"layers": []}}'])
def test_what_is_no_trace_is_refused_as_json(data: str) -> None:
    with pytest.raises(Seq2SeqError, match="not the JSON of a trace"):
        DecodeTrace.from_json(data)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "side,about\nencoder,{}\n", 'side,about\nencoder,"[]"\n', "side\n"])
def test_what_is_no_trace_is_refused_as_csv(text: str) -> None:
    with pytest.raises(Seq2SeqError, match="not the table of a trace"):
        DecodeTrace.from_csv(text)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("source", 5),
        ("model", None),
        ("vocabulary", [1, 2]),
        ("reversed", "no"),
        ("forced", 99),
        ("kind", "convolutional"),
        ("unknown", [{"position": "a", "text": "b"}]),
        ("hypotheses", [{"text": 7, "log_probability": -1.0, "score": -1.0}]),
        ("decoding", {"temperature": "warm"}),
        ("search", [{"rows": [1], "tokens": [0], "log_probabilities": [-1.0], "kept": 1, "weighed": 9}]),
        ("search", [{"rows": [0], "tokens": [0], "log_probabilities": [None], "kept": 1, "weighed": 9}]),
        ("search", [{"rows": [0], "tokens": [0], "log_probabilities": [-1.0], "kept": 2, "weighed": 9}]),
    ],
)
def test_a_trace_that_was_changed_by_hand_is_refused(place: str, value: Any) -> None:
    """A number where a text belongs is found here, and not by the chart that draws it."""
    trace = MODEL.translate("ab", "beam")
    with pytest.raises(Seq2SeqError, match="not the JSON of a trace"):
        DecodeTrace.from_json(json.dumps(trace.to_dict() | {place: value}))
    rows = list(csv.reader(io.StringIO(trace.to_csv())))
    rows[1][-1] = json.dumps(json.loads(rows[1][-1]) | {place: value})
    changed = io.StringIO()
    csv.writer(changed, quoting=csv.QUOTE_ALL).writerows(rows)
    with pytest.raises(Seq2SeqError, match="not the table of a trace"):
        DecodeTrace.from_csv(changed.getvalue())


@pytest.mark.parametrize(("column", "value"), [("token", "\ud800"), ("id", "999"), ("seconds", "nan"), ("h_norm", "")])
def test_a_cell_that_was_changed_by_hand_is_refused_or_does_not_count(column: str, value: str) -> None:
    rows = list(csv.DictReader(io.StringIO(MODEL.translate("ab").to_csv())))
    for row in rows:
        row[column] = value
    changed = io.StringIO()
    writer = csv.DictWriter(changed, list(rows[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    if column == "h_norm":  # the states tell it
        assert DecodeTrace.from_csv(changed.getvalue()).text == MODEL.translate("ab").text
        return
    with pytest.raises(Seq2SeqError, match="not the table of a trace"):
        DecodeTrace.from_csv(changed.getvalue())
