"""Every registered chart, held against the trace it draws and against Plotly's own schema."""

import math
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core import DecodeTrace, load_model
from seq2seq_core.charts import CHARTS, CURVES, LOOKS, Figure, rows
from seq2seq_core.charts.candidates import TOP, candidates, odds
from seq2seq_core.charts.network import network
from seq2seq_core.charts.softmax_heatmap import MAX_ROWS, heatmap_rows
from seq2seq_core.charts.strips import strips
from seq2seq_core.charts.style import short_titles
from seq2seq_core.charts.training_curves import beside
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.data.vocabulary import show_token
from seq2seq_core.inference.trace import LayerTrace
from seq2seq_core.language import speaking
from seq2seq_core.shares import percent
from seq2seq_core.training.curves import Curves
from seq2seq_core.training.events import BatchTrained

MODEL = load_model("en-fr-char-lstm")
TRACES = {
    "greedy": MODEL.translate("Be nice."),
    "beam": MODEL.translate("Where is the station?", "beam"),
    "sampled": MODEL.translate("Get out!", "sample", temperature=3, seed=1),
    "forced": MODEL.translate("Get out!", prefix="Zut"),
    "attention": load_model("en-fr-char-attention").translate("Drop it!"),
    "convolutions": load_model("en-fr-char-cnn").translate("Drop it!"),
    "one step": MODEL.translate("Hi.", prefix="\n"),
    "repeats": load_model("addition-lstm").translate("535+61"),
    "in step": load_model("digit-sums-lstm").translate(TASKS["digit-sums"].examples[0]),
}


@pytest.fixture(params=TRACES)
def trace(request: pytest.FixtureRequest) -> DecodeTrace:
    return TRACES[request.param]


def plotly(figure: Figure) -> go.Figure:
    """Plotly checks every name and value of it."""
    return go.Figure({part: figure[part] for part in ("data", "layout", "frames")})


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_a_valid_plotly_figure(name: str, trace: DecodeTrace) -> None:
    figure = CHARTS[name].build(trace, token="word", step=1)
    assert len(plotly(figure).frames) == trace.steps_before + len(trace)
    assert (figure["reads"], figure["step"]) == (trace.steps_before, 1)
    assert figure["help"].endswith(".")
    assert "{token}" not in figure["title"] + figure["help"]


def test_charts_stand_in_rows() -> None:
    names = [[chart.name for chart in row] for row in rows(CHARTS.values())]
    assert names == [["attention"], ["next_token", "softmax_heatmap"], ["state_norms", "gates"]]


def test_lines_of_an_earlier_training_stay_beside_those_of_another() -> None:
    curves = Curves()
    for number in range(3):
        curves.add(BatchTrained(1, number + 1, 2.0, 0.5, 640, 0.1, 1.5, 1e-3))
    for name, stays in {"loss": ["training", "held out"], "accuracy": ["whole answers, held out"]}.items():
        chart = CURVES[name]
        own = chart.build(curves)
        lines = beside(chart, own, "run 7", "#123456", faint=True)
        assert [line["name"] for line in lines] == stays
        both = plotly({**own, "data": [*lines, *own["data"]]})
        assert [line.showlegend for line in both.data] == [False] * len(stays) + [None] * len(own["data"])
        for line in lines:
            assert (line["line"]["color"], line["opacity"]) == ("#123456", 0.6)
            assert f"batch %{{x:.0f}}, run 7, {line['name']}: " in line["hovertemplate"]
        assert beside(chart, own, "run 7", "#123456", faint=False)[0]["opacity"] == 1
    assert beside(CURVES["gradient"], CURVES["gradient"].build(curves), "run 7", "#123456", faint=True) == []


def test_charts_of_a_training_are_valid_from_the_beginning_on() -> None:
    curves = Curves()
    for number in range(3):
        curves.add(BatchTrained(1, number + 1, 2.0 / (number + 1), 0.5, 640, 0.1, 1.5, 1e-3))
        for chart in CURVES.values():
            figure = plotly(chart.build(curves))
            assert len(figure.data[0].x) == number + 1
    figure = LOOKS["gates"].build([TRACES["greedy"], TRACES["beam"]])
    shares = [line.y for line in plotly(figure).data]
    assert [sum(line) for line in shares] == pytest.approx([1, 1, 1], abs=0.01)


def test_a_curve_of_shares_says_when_something_is_missing() -> None:
    curves = Curves()
    for accuracy in (0.9996, 1.0):
        curves.add(BatchTrained(1, 1, 2.0, accuracy, 640, 0.1, 1.5, 1e-3))
    line = CURVES["accuracy"].build(curves)["data"][0]
    assert line["text"] == ["> 99.9 %", "100.0 %"]
    assert "%{text}" in line["hovertemplate"]


@given(norms=st.lists(st.floats(1e-30, 1e30) | st.sampled_from([0.0, float("nan"), float("inf")]), max_size=8))
def test_the_gradient_charts_ticks_are_few_round_and_within_its_axes(norms: list[float]) -> None:
    """Before the first batch, within a decade, and after a divergence."""
    curves = Curves()
    for number, norm in enumerate(norms, start=1):
        curves.add(BatchTrained(1, number, 2.0, 0.5, 640, 0.1, norm, norm))
    layout = plotly(CURVES["gradient"].build(curves)).layout
    for axis, place in ((layout.yaxis, math.log10), (layout.yaxis2, float)):
        places = [place(tick) for tick in axis.tickvals]
        assert places == sorted(places)
        assert all(axis.range[0] <= tick <= axis.range[1] for tick in places)
        assert len(places) == len(axis.ticktext or ()) <= 7
        for tick, text in zip(axis.tickvals, axis.ticktext or (), strict=True):
            assert float(text) == pytest.approx(tick, rel=1e-5)
            assert len(text) <= 7
    assert len(layout.yaxis.tickvals) >= 3
    # what would hide a line: its points are on the axis
    found = [norm for norm in norms if 0 < norm < math.inf]
    if found:
        assert layout.yaxis.range[0] <= math.log10(min(found))
        assert max(map(math.log10, found)) <= layout.yaxis.range[1]


@pytest.mark.parametrize("name", [name for name, chart in CHARTS.items() if chart.align])
def test_compared_charts_have_one_scale(name: str) -> None:
    chart = CHARTS[name]
    both = [(chart.build(trace), trace) for trace in (TRACES["greedy"], TRACES["beam"])]
    assert chart.align
    chart.align(both)
    (first, _), (second, trace) = both
    widths = [np.ptp(figure["layout"]["xaxis"]["range"]) for figure in (first, second)]
    assert widths[0] == pytest.approx(widths[1])
    assert widths[1] >= len(trace)
    for figure, drawn in both:
        last = figure["layout"]["xaxis"]["range"][1]
        columns = len(drawn) + (len(drawn.encoder.tokens) if name == "state_norms" else 0)
        assert last >= columns - 0.5
    assert first["layout"]["yaxis"]["range"] == second["layout"]["yaxis"]["range"] or name != "state_norms"


def test_bars_show_the_likeliest_tokens_and_the_one_written(trace: DecodeTrace) -> None:
    frames = CHARTS["next_token"].build(trace)["frames"]
    reading = trace.steps_before
    assert all(bars["x"] == [] for frame in frames[:reading] for bars in frame["data"])
    for step, frame in enumerate(frames[reading:]):
        rows, bars = frame["data"][:2]
        tokens = [data[0] for data in rows["customdata"]]
        assert len(bars["x"]) == min(TOP, len(trace.vocabulary))
        for token, _, place, probability in rows["customdata"]:  # also of one drawn from far down
            likelier = trace.chosen_from[step] > probability
            assert place >= 1 + likelier.sum()
            assert trace.vocabulary[trace.ranking(step)[place - 1]] == token
        assert frame["layout"]["yaxis.ticktext"] == [show_token(token) for token in tokens]
        written = trace.tokens[step]
        place = tokens.index(written)
        assert bars["x"][place] == trace.chosen_from[step, trace.ids[step]]
        assert [color == bars["marker"]["color"][place] for color in bars["marker"]["color"]].count(True) == 1
        others = [p for i, p in enumerate(bars["x"]) if i != place]
        assert others == sorted(others, reverse=True)
        assert others[0] >= np.partition(trace.chosen_from[step], -2)[-2] or place == 0


def test_candidates_go_from_logit_to_what_was_written(trace: DecodeTrace) -> None:
    shown = candidates(trace, "word")
    assert shown["title"] == "Next word"
    assert len(shown["steps"]) == len(trace)
    ids = {token: i for i, token in enumerate(trace.vocabulary)}
    for step, at in enumerate(shown["steps"]):
        row_ids = [ids[shown["tokens"][place]["token"]] for place in at["tokens"]]
        assert len(set(row_ids)) == min(TOP, len(trace.vocabulary))
        assert row_ids[at["written"]] == trace.ids[step]
        assert at["logits"] == pytest.approx(trace.logits[step, row_ids], abs=0.006)
        assert at["probabilities"] == pytest.approx(trace.probabilities[step, row_ids], rel=1e-3)
        assert ("left" in at) == trace.sampled == bool(shown["cuts"])
        if trace.sampled:
            assert at["left"] == pytest.approx(trace.chosen_from[step, row_ids], rel=1e-3)
    assert shown["feeds_back"] == trace.claims.feeds_back == ("Click another" in shown["help"])
    assert len(shown["hypotheses"]) == len(trace.hypotheses)


def test_candidates_say_how_one_was_chosen() -> None:
    said = {name: (candidates(TRACES[name])["choice"], candidates(TRACES[name])["cuts"]) for name in TRACES}
    assert (said["greedy"], said["beam"], said["sampled"]) == (("taken", ""), ("kept", ""), ("drawn", "T 3"))
    assert candidates(MODEL.translate("Hi.", "sample", top_k=4, top_p=0.9))["cuts"] == "T 1 · k 4 · p 0.9"
    assert candidates(TRACES["forced"])["forced"] == 3


def test_the_diagram_says_what_a_network_is_and_how_long_its_states_are(trace: DecodeTrace) -> None:
    diagram = network(trace)["diagram"]
    assert diagram["claims"] == asdict(trace.claims)
    assert diagram["layers"] == len(trace.layers)
    assert (diagram["cell"] == "convolution") == (not trace.claims.recurrent)
    assert len(diagram["h"]) == trace.steps_before + len(trace)  # one for each place of the cursor
    assert diagram["h"][trace.steps_before :] == pytest.approx(trace.h_norms, abs=0.006)
    assert (diagram["c"] is None) == (trace.c_norms is None)


def test_the_heatmap_has_a_row_for_whatever_was_written(trace: DecodeTrace) -> None:
    heatmap, path = CHARTS["softmax_heatmap"].build(trace)["data"]
    rows = heatmap_rows(trace)
    assert len(rows) <= max(MAX_ROWS, len(set(trace.ids)))
    for step, place in enumerate(path["y"]):
        assert rows[place] == trace.ids[step]
        assert heatmap["z"][place][step] == pytest.approx(trace.chosen_from[step, trace.ids[step]], abs=1e-5)


def test_norms_run_through_the_hand_off(trace: DecodeTrace) -> None:
    figure = CHARTS["state_norms"].build(trace)
    sides = [side for side in (trace.encoder, trace.decoder) if side.layers]
    drawn = [[side.h_norms for side in sides]]
    if trace.decoder.c_norms is not None:
        drawn.append([side.c_norms for side in sides])
    for line, norms in zip(figure["data"], drawn, strict=True):
        np.testing.assert_allclose(line["y"], np.concatenate(norms), atol=1e-4)
    shapes: list[dict[str, Any]] = figure["frames"][0]["layout"]["shapes"]
    lines = [(shape["x0"], shape["line"]["dash"]) for shape in shapes if shape["type"] == "line"]
    style = "dash" if trace.claims.hands_over else "solid"
    assert lines == ([] if trace.claims.in_step else [(len(trace.encoder.tokens) - 0.5, style)])


def test_nothing_is_said_that_a_network_does_not_do() -> None:
    for trace in (TRACES["repeats"], TRACES["in step"]):
        words = " ".join(chart.build(trace)["help"] for chart in CHARTS.values())
        assert "takes over" not in words
        assert "Click another" not in words
        assert all(cell["others"] == [] for cell in strips(trace)["writes"])
    assert "Click another" in CHARTS["next_token"].build(TRACES["greedy"])["help"]
    assert {"⇥", "⏎", "␣"} <= strips(TRACES["greedy"])["signs"].keys()
    assert all(len(cell["others"]) > 3 for cell in strips(TRACES["greedy"])["writes"])
    assert all(cell["others"] == [] for cell in strips(TRACES["greedy"], what_if=False)["writes"])
    assert [strips(TRACES[name])["in_step"] for name in ("repeats", "in step")] == [False, True]


def test_a_network_without_gates_shows_its_activations(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = TRACES["attention"]
    claims = replace(trace.claims, recurrent=False, hands_over=False)
    monkeypatch.setattr(type(trace.network_kind), "claims", claims)

    def without_gates(layers: tuple[LayerTrace, ...]) -> tuple[LayerTrace, ...]:
        return tuple(replace(layer, gate_names=(), gates=layer.gates[:, :0], c=None) for layer in layers)

    encoder = replace(trace.encoder, layers=without_gates(trace.encoder.layers))
    trace = replace(trace, encoder=encoder, layers=without_gates(trace.layers))
    norms = CHARTS["state_norms"].build(trace)
    assert norms["title"] == "Activation norms"
    assert [line["name"] for line in norms["data"]] == ["‖a‖, length of the activations"]
    for figure in (CHARTS["gates"].build(trace), LOOKS["gates"].build([trace])):
        assert figure["data"] == []
        assert "no gates" in figure["help"]


def test_what_a_gate_does_is_said_of_the_cell_that_has_it() -> None:
    """z = 1 keeps the old state (tests/core/layers/test_gru.py); g and n are no gates; f starts at σ(1)."""
    lstm, gru = TRACES["greedy"], load_model("dates-gru").translate("29 Sep 2017")
    for trace, candidate, own, new in (
        (lstm, "|g|", "the forget gate keeps the old", "forget gate stands near 0.73"),
        (gru, "|n|", "update gate near 1 keeps the old h", "both gates stand near 0.5"),
    ):
        said = CHARTS["gates"].build(trace)["help"]
        assert own in said
        assert f"{candidate} is no gate" in said
        assert new in LOOKS["gates"].build([trace])["help"]
    assert "Cho et al. 2014" in CHARTS["gates"].build(gru)["help"]


def test_attention_is_not_called_a_reason() -> None:
    assert "not why it wrote" in CHARTS["attention"].build(TRACES["attention"])["help"]


def test_odds_name_the_two_likeliest() -> None:
    trace = TRACES["greedy"]
    first, second = trace.ranking(0)[:2]
    ratio = trace.probabilities[0, first] / trace.probabilities[0, second]
    assert odds(trace, 0) == f"“{trace.vocabulary[first]}” is {ratio:,.0f} × as likely as “{trace.vocabulary[second]}”"


def test_attention_is_drawn_as_the_trace_has_it() -> None:
    trace = TRACES["attention"]
    assert trace.attention is not None
    figure = CHARTS["attention"].build(trace)
    np.testing.assert_allclose(figure["data"][0]["z"], trace.attention.T, atol=1e-4)
    assert figure["layout"]["yaxis"]["ticktext"] == [show_token(token) for token in trace.encoder.tokens]
    without = CHARTS["attention"].build(TRACES["greedy"])
    assert without["data"] == []
    assert "has no attention" in without["help"]
    assert CHARTS["state_norms"].build(trace)["help"] != CHARTS["state_norms"].build(TRACES["greedy"])["help"]


def test_a_sampled_translation_shows_what_was_drawn_from() -> None:
    trace = MODEL.translate("Get out!", "sample", temperature=1.5, top_k=4, top_p=0.9, seed=2)
    logits = trace.logits[1].astype(np.float64)
    tempered = np.exp(logits / 1.5) / np.exp(logits / 1.5).sum()
    likeliest = np.argsort(-logits)
    left = tempered[likeliest[:4]] / tempered[likeliest[:4]].sum()
    left[1:][np.cumsum(left)[:-1] >= 0.9] = 0
    left /= left.sum()
    figure = CHARTS["next_token"].build(trace)
    _, bars, columns = figure["frames"][trace.steps_before + 1]["data"]
    assert bars["x"][:4] == pytest.approx(left, abs=1e-5)
    assert columns["text"][:2] == ["logit", f"{logits.max():.1f}"]
    assert columns["text"][TOP + 1 : TOP + 3] == ["T = 1.5", percent(tempered.max())]
    assert "top-k 4 and top-p 0.9" in figure["help"]
    cell = strips(trace)["writes"][1]
    assert cell["probability"] == pytest.approx(trace.chosen_from[1, trace.ids[1]])
    greedy = CHARTS["next_token"].build(TRACES["greedy"])
    assert all(len(frame["data"]) == 2 for frame in greedy["frames"])
    alone = MODEL.translate("Get out!", "sample", top_k=1)
    assert odds(alone, 0).endswith("alone is left to be drawn")


def test_a_long_text_makes_no_tall_chart() -> None:
    trace = load_model("en-fr-char-attention").translate("I am what I am. " * 15)
    figure = CHARTS["attention"].build(trace)
    assert figure["height"] <= 600
    assert figure["data"][0]["ygap"] == 0
    assert figure["data"][0]["colorbar"]["title"]["text"] == "weight"
    assert CHARTS["softmax_heatmap"].build(trace)["data"][0]["colorbar"]["title"]["text"] == "probability"


def test_the_texts_own_references_stand_where_their_ideas_are() -> None:
    assert "Sutskever et al. 2014, Cho et al. 2014" in TRACES["greedy"].network_kind.about
    # on screen where there is no attention to draw
    assert "Sutskever et al. 2014" in CHARTS["attention"].build(TRACES["greedy"])["help"]


@pytest.mark.parametrize(
    ("titles", "short"),
    [
        (["English → French, with attention", "English → French: a GRU instead"], ["with attention", "a GRU instead"]),
        (["Anglais → français\xa0: un GRU à la place"], ["un GRU à la place"]),
        (["English → French: words", "French → English, with attention"], None),
        (["English → French: words", "Addition: 535+61 → 596"], None),
        (["Dates → ISO 8601", "Dates → ISO 8601"], None),
        ([], None),
    ],
)
def test_the_languages_need_not_stand_before_each_title(titles: list[str], short: list[str] | None) -> None:
    assert short_titles(titles) == (titles if short is None else short)


def test_shares_are_labelled_as_the_language_writes_them() -> None:
    with speaking("fr"):
        scale = CHARTS["attention"].build(TRACES["attention"])["data"][0]["colorbar"]
        assert scale["ticktext"] == [percent(share) for share in (0, 0.25, 0.5, 0.75, 1)]
        assert scale["ticktext"][1] != "25%"
    trained = Curves()
    figures = [chart.build(TRACES["attention"]) for chart in CHARTS.values()]
    figures += [chart.build(trained) for chart in CURVES.values()]
    assert not any("tickformat" in str(figure) for figure in figures)
