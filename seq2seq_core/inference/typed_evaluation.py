"""How well a model reads what people type: the same sentences as written and in each typed view.

chrF (Popović 2015) with case and end marks not counted, best over the references: what is lost is lost in the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sacrebleu.metrics import CHRF

from ..data.pairs import Pair, references_by_source
from ..data.training_data import folded_as_trained
from ..data.typed_views import typed_view
from ..decoding.loop_guard import has_loop
from ..errors import Seq2SeqError
from ..language import tr
from .translate_many import translations
from .translator import Translator

# (what the row says, views applied one after the other); a view counts only sentences that it changes
ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("as written", ()),
    ("lower case, no end mark", ("lower", "no_end_mark")),
    ("no apostrophes", ("no_apostrophes",)),
    ("curly apostrophes", ("curly_apostrophes",)),
    ("upper case", ("upper",)),
    ("one typo", ("typo",)),
    ("chat spellings", ("chat_spellings",)),
    ("no accents", ("no_accents",)),
)
_END = re.compile(r"[\s.!?…]+$")


@dataclass(frozen=True)
class ViewScore:
    """One row: a model on the sentences that a view changes."""

    view: str
    sentences: int
    chrf: float  # 0 to 100
    chrf_as_written: float  # of the same sentences
    looping: int  # translations with a piece of four characters or more three times in a row
    unfinished: int  # … that met the limit of steps

    @property
    def difference(self) -> float:
        return self.chrf - self.chrf_as_written

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "difference": self.difference}


def plain(text: str) -> str:
    """As it is compared: in lower case, without the mark at its end."""
    return _END.sub("", text.lower())


def evaluate_views(
    model: Translator,
    pairs: Sequence[Pair],
    method: str = "greedy",
    beam_width: int = 5,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    mend: bool = True,
) -> list[ViewScore]:
    """A row for each typed view that changes any of the sentences; repeated sources are further references.

    Args:
        seed: of the typos and spellings; the same one, the same texts.
        progress: called with (texts done, texts in all).
        mend: as for `Translator.translate`.

    Raises:
        Seq2SeqError: there is no pair.
    """
    if not pairs:
        raise Seq2SeqError(tr("There are no pairs to judge the typed views by."))
    references = references_by_source(folded_as_trained(model.config, pairs))
    views = {title: {source: typed_view(source, names, seed) for source in references} for title, names in ROWS}
    for title, names in ROWS:
        if names:
            views[title] = {source: text for source, text in views[title].items() if text != source}
    texts = list(dict.fromkeys(text for row in views.values() for text in row.values()))
    written = _translated(model, texts, method, beam_width, progress, mend)
    rows = []
    for title, row in views.items():
        if not row:
            continue
        found = [written[text] for text in row.values()]
        rows.append(
            ViewScore(
                title,
                len(row),
                _chrf(found, [references[source] for source in row]),
                _chrf([written[source] for source in row], [references[source] for source in row]),
                sum(has_loop(text) for text in found),
                sum(len(model.vocabularies.target.split(text)) >= model.bounds(1).max_steps for text in found),
            )
        )
    return rows


def _translated(
    model: Translator,
    texts: Sequence[str],
    method: str,
    beam_width: int,
    progress: Callable[[int, int], None] | None,
    mend: bool,
) -> dict[str, str]:
    # what a model cannot read at all, such as capitals it has never seen, it translates by nothing
    source = model.vocabularies.source
    readable = [
        text for text in texts if len(source.unknown(folded := model.read_as(text))) < len(source.split(folded))
    ]
    written = dict.fromkeys(texts, "")
    for done, (index, text) in enumerate(translations(model, readable, method, beam_width, mend), start=1):
        written[readable[index]] = text
        if progress:
            progress(done, len(readable))
    return written


def _chrf(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    most = max(map(len, references))
    columns: Any = [[plain(texts[i]) if i < len(texts) else None for texts in references] for i in range(most)]
    return CHRF().corpus_score([plain(text) for text in hypotheses], columns).score
