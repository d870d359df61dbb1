"""The components as Gradio is given them."""

import base64
import json
import zlib
from typing import Any

import numpy as np
import pytest

from seq2seq_core.charts import CHARTS
from seq2seq_ui.components import (
    Address,
    Candidates,
    Handout,
    Header,
    Lesson,
    LiveRun,
    Network,
    Notice,
    Pictures,
    PlotlyChart,
    Probe,
    Question,
    RoundTrip,
    Stepper,
    Table,
    Translation,
)
from seq2seq_ui.components.base import JsonComponent, scripts_url

MADE: dict[type[JsonComponent], dict[str, Any]] = {
    Address: {"tabs": {"translate": {"query": "text=a", "keys": ["text", "step"]}}},
    Candidates: {"group": "translate"},
    Handout: {},
    Header: {},
    Lesson: {},
    LiveRun: {},
    Network: {"group": "translate"},
    Notice: {},
    Pictures: {"value": "gates", "group": "translate", "charts": CHARTS.values()},
    PlotlyChart: {"group": "translate", "height": 321, "channel": "train-loss"},
    Probe: {},
    Question: {},
    RoundTrip: {},
    Stepper: {"group": "translate", "channel": "train-strips"},
    Table: {},
    Translation: {"group": "translate"},
}


@pytest.mark.parametrize("kind", MADE)
def test_a_component_can_be_made_without_its_value(kind: type[JsonComponent]) -> None:
    """As Gradio makes it anew when an event changes another of its properties."""
    kind(render=False, **{name: given for name, given in MADE[kind].items() if name != "value"})


@pytest.mark.parametrize("kind", MADE)
def test_a_component_is_plain_data_with_its_html_and_its_script(kind: type[JsonComponent]) -> None:
    config = kind(render=False, **MADE[kind]).get_config()
    # Gradio takes a quoted name in the script for an event: a setting of that name would become an object here
    assert json.loads(json.dumps(config)) == config
    name = kind.__module__.rpartition(".")[2]
    assert f"{scripts_url()}/{name}/{name}.js" in config["js_on_load"]
    assert "${" not in config["html_template"]
    assert not set(MADE[kind]) & set(config["props"])  # they would be lost at the first gr.skip()


def test_settings_reach_the_html_and_the_script() -> None:
    chart = PlotlyChart(group="translate", height=321, channel="train-loss", render=False)
    assert "height:321px" in chart.html_template
    assert 'group: "translate", height: 321, channel: "train-loss", chosen: false' in str(chart.js_on_load)


def test_a_value_travels_as_json_text() -> None:
    assert Notice(render=False).postprocess({"a": np.float32([0.5]), "b": None}) == '{"a":[0.5],"b":null}'


def test_a_long_value_travels_deflated() -> None:
    value = {"data": [{"z": list(range(2_000))}]}
    text = Notice(render=False).postprocess(value)
    assert text.startswith("z")
    assert len(text) < len(json.dumps(value)) / 2
    assert json.loads(zlib.decompress(base64.b64decode(text[1:]))) == value


@pytest.mark.parametrize(
    ("kind", "events"),
    [
        (Address, ["open"]),
        (Stepper, ["force", "unforce", "mark"]),
        (LiveRun, ["kept", "compare", "gone"]),
        (Pictures, ["ask"]),
    ],
)
def test_a_component_has_its_own_events(kind: type[JsonComponent], events: list[str]) -> None:
    assert events == kind.EVENTS
    component = kind(render=False, **MADE[kind])
    assert all(callable(getattr(component, event)) for event in events)
    with pytest.raises(AttributeError):
        component.forse  # noqa: B018
