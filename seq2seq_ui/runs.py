"""A visitor's trainings side by side: what differs between them, and the curves of those that are not on screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seq2seq_core.charts import CURVES, Figure
from seq2seq_core.charts.training_curves import beside
from seq2seq_core.config import ModelConfig
from seq2seq_core.language import tr
from seq2seq_core.shares import percent

from .dials import differences, same_data, title_of
from .visitors import VISITORS, Visitor

# to be told apart from each other and from the lines of the run on screen, on white and on black
COLORS = ("#8a8d2b", "#9467bd", "#d6549a", "#17a2b8")


@dataclass(frozen=True)
class Listed:
    """One of the trainings, as the page lists it."""

    number: int  # among this visitor's
    config: ModelConfig
    says: str  # how it stands
    curves: Mapping[str, Figure] = field(default_factory=dict)  # by chart; none of the run that the charts are of
    faint: bool = True
    model: bool = False  # whether it left one that is still there

    def lines(self, shown: ModelConfig) -> dict[str, list[dict[str, Any]]]:
        """What of its curves stands beside those of the run that is shown, by chart; none of other data."""
        if not self.curves or not same_data(self.config, shown):
            return {}
        return {
            name: beside(chart, self.curves[name], tr("run {number}", number=self.number), self.color, self.faint)
            for name, chart in CURVES.items()
            if chart.stays
        }

    @property
    def color(self) -> str:
        return COLORS[self.number % len(COLORS)]


def version_of(visitor: Visitor) -> tuple[Any, ...]:
    """Another one whenever `told_of` has something else to say."""
    rival = visitor.rival
    shown = visitor.run and (visitor.run.number, visitor.run.state in ("failed", "left"))
    return shown, *(past.run for past in visitor.past), rival and (rival.state, id(rival.curves))


def told_of(visitor: Visitor) -> dict[str, Any]:
    """For the page: a row a training, the oldest first, with its lines for the charts of the one on screen."""
    if visitor.run is None:
        return {"kind": "runs", "runs": []}
    shown, listed = visitor.run.config, [*_listed(visitor)]
    comparable = [each.number for each in listed if same_data(each.config, shown)]
    words = differences([each.config for each in listed if each.number in comparable])
    differs = dict(zip(comparable, words, strict=True))
    rows = [
        {
            "number": each.number,
            "differs": differs.get(each.number, str(title_of(each.config))),
            "says": each.says,
            "model": each.model,
            "color": each.color if lines else "",
            "lines": lines,
        }
        for each in listed
        for lines in [each.lines(shown)]
    ]
    return {"kind": "runs", "runs": rows}


def _listed(visitor: Visitor) -> Iterator[Listed]:
    run, rival = visitor.run, visitor.rival
    assert run
    for past in visitor.past:
        says = tr("{share} of the held-out examples right", share=percent(past.exact, 1))
        is_shown = past.run == run.number
        yield Listed(
            past.number,
            past.config,
            f"{says} · {tr('in the charts')}" if is_shown else says,
            {} if is_shown else past.curves,
            past.run not in visitor.race,
            VISITORS.model(past.model) is not None,
        )
    number = visitor.runs + 1
    if run.number not in [past.run for past in visitor.past] and run.state not in ("failed", "left"):
        yield Listed(number, run.config, tr("in the charts"))
        number += 1
    if rival:
        yield Listed(
            number,
            rival.config,
            tr("next") if rival.state == "queued" else tr("training, too"),
            rival.curves,
            faint=False,
        )
