"""Quality by sentence length: what one vector can hold, and what it cannot.

Measured once on sentences that none of the compared models has seen (`seq2seq lengths`), and shipped beside them.
Source: Cho et al. 2014 (arXiv:1409.1259) and Bahdanau et al. 2014 (arXiv:1409.0473), figure 2.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..charts.base import DataChart, Figure
from ..charts.style import BLUE, GREEN, GREY, ORANGE, short_titles
from ..data.pairs import Pair
from ..data.training_data import held_out_pairs
from ..errors import Seq2SeqError
from ..files import write_atomically
from ..inference.evaluation import evaluate
from ..inference.translator import Translator
from ..language import tr
from ..saving.model_folder import read_json
from ..shares import percent

QUALITY_FILE = "quality_by_length.json"
UP_TO = (15, 20, 25, 30, 35, 40, 50, 60)  # characters of the source; each group ends with one of these
SENTENCES = 300  # of a group, at most
FEWEST = 20  # of a group: four sentences say nothing, so a smaller one is counted with the next longer
_STYLES = ((BLUE, "solid", "circle"), (ORANGE, "dash", "square"), (GREEN, "dot", "diamond"), (GREY, "dashdot", "cross"))


@dataclass(frozen=True)
class QualityByLength:
    """Scores of one model, a number for each group of lengths."""

    model: str
    title: str
    up_to: tuple[int, ...]  # characters of the longest source of a group
    sentences: tuple[int, ...]  # how many were translated, greedily
    chrf: tuple[float, ...]  # 0 to 100
    exact_match: tuple[float, ...]  # share

    def save(self, folder: Path) -> None:
        write_atomically(
            folder / QUALITY_FILE, (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()
        )


def read_quality(folder: Path) -> QualityByLength | None:
    """What was measured for the model in a folder; None where nothing was."""
    if not (folder / QUALITY_FILE).exists():
        return None
    values: dict[str, Any] = read_json(folder / QUALITY_FILE)
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    try:
        return QualityByLength(**values)
    except TypeError as error:
        raise Seq2SeqError(
            tr("{file} is not a quality by length ({error}).", file=folder / QUALITY_FILE, error=error)
        ) from None


def measure(models: Sequence[Translator], pairs: Sequence[Pair], all_unseen: bool = False) -> list[QualityByLength]:
    """Scores of each model on the same sentences, none of which any of them was trained on.

    Args:
        all_unseen: the pairs hold nothing else; else it is decided by how each model's data was split.

    Raises:
        Seq2SeqError: there are no such sentences.
    """
    unseen = set(pairs)
    for model in [] if all_unseen else models:
        unseen &= set(held_out_pairs(model.config, pairs))
    groups: list[list[Pair]] = []
    up_to: list[int] = []
    shortest = 0
    for longest in UP_TO:
        sources = list(dict.fromkeys(p.source for p in pairs if p in unseen and shortest < len(p.source) <= longest))
        if len(sources) < FEWEST:
            continue
        # spread evenly over the group: the file is sorted by length
        chosen = set(sources[:: max(1, len(sources) // SENTENCES)][:SENTENCES])
        groups.append([pair for pair in pairs if pair.source in chosen])
        up_to.append(longest)
        shortest = longest
    if len(groups) < 2:
        raise Seq2SeqError(
            f"The file has too few sentences that these models were not trained on: {FEWEST} or more of two lengths at "
            "least were expected."
        )
    result = []
    for model in models:
        scores = [evaluate(model, group) for group in groups]
        result.append(
            QualityByLength(
                model.name,
                model.config.title,
                tuple(up_to),
                tuple(score.sentences for score in scores),
                tuple(round(score.chrf, 2) for score in scores),
                tuple(round(score.exact_match, 4) for score in scores),
            )
        )
    return result


def _lines(qualities: Sequence[QualityByLength]) -> Figure:
    """A line a model."""
    lines, between = [], tr("{low} to {high}")
    titles = [tr(quality.title) for quality in qualities]
    titles = short_titles(titles) if len(titles) > 1 else titles
    for quality, title, (color, dash, symbol) in zip(qualities, titles, _STYLES, strict=False):
        groups = [
            between.format(low=low + 1, high=high)
            for low, high in zip((0, *quality.up_to), quality.up_to, strict=False)
        ]
        lines.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": title,
                "x": groups,
                "y": list(quality.chrf),
                "line": {"width": 3, "color": color, "dash": dash},
                "marker": {"size": 9, "symbol": symbol},
                "customdata": [
                    [count, percent(exact, 1)]
                    for count, exact in zip(quality.sentences, quality.exact_match, strict=True)
                ],
                "hovertemplate": tr(
                    "%{x} characters: chrF %{y:.1f}, %{customdata[1]} exactly right, %{customdata[0]} sentences"
                )
                + "<extra></extra>",
            }
        )
    return {
        "data": lines,
        "layout": {
            "xaxis": {"title": {"text": tr("characters of the English sentence")}, "showgrid": False},
            "yaxis": {"range": [0, 100], "title": {"text": tr("chrF, 0 to 100")}},
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 56, "r": 8, "t": 48, "b": 48},
        },
    }


QUALITY_BY_LENGTH = DataChart(
    name="quality_by_length",
    title="Quality by sentence length",
    help="How close the translations come to what people wrote, on sentences that none of these networks has "
    "seen. The networks differ in the data they were trained on and in size, too, so not all of this is attention.",
    draw=_lines,
    height=380,
)
