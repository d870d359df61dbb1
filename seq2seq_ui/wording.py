"""Wording: finds every text of the page, and brings the catalogues of other languages up to date with them.

    python -m seq2seq_ui.wording

leaves in each `seq2seq_core/languages/*.po` exactly the texts that the code has: a new one with an empty translation,
for somebody to fill in. For a new language it needs a file with the header of another one.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

import seq2seq_core
from seq2seq_core import list_pretrained
from seq2seq_core.charts.base import Chart
from seq2seq_core.data.tasks.base import Task
from seq2seq_core.decoding.base import DecodingMethod
from seq2seq_core.insights.instrument import Instrument
from seq2seq_core.language import CATALOGUES, later, tr, tr_n
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.models.base import Kind
from seq2seq_core.recipes import CONFIGS

from .components.base import TEXT
from .dials import BY_FIELD
from .lessons import LESSONS
from .lessons.base import texts as texts_of_lesson
from .library import config_of
from .tabs import TABS

ROOT = Path(seq2seq_core.__file__).parent.parent
PACKAGES = ("seq2seq_core", "seq2seq_ui")
_LITERAL = r'("(?:[^"\\]|\\.)*")'
# Babel's own extraction finds none within a template's ${…}
SCRIPT_CALL = re.compile(rf"\btr\(\s*{_LITERAL}|\btrN\(\s*{_LITERAL},\s*{_LITERAL}")
CALLS = {tr.__name__: 1, later.__name__: 1, tr_n.__name__: 2}  # and how many of their arguments are texts
# what stands in registries, and is translated where it is shown
FIELDS: dict[type, tuple[str, ...]] = {
    Chart: ("title", "help"),
    Instrument: ("question",),
    Task: ("title", "source"),
    Kind: ("title", "hand_over"),
    DecodingMethod: ("title",),
}


def template() -> Catalog:
    """Every text of the page, and the files that it stands in."""
    found = Catalog(fuzzy=False)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            for text in _texts_of(path):
                found.add(text, locations=[(path.relative_to(ROOT).as_posix(), 1)])
    for text, where in _registered():
        if text:
            found.add(text, locations=[(where, 1)])
    return found


def _texts_of(path: Path) -> Iterator[str | tuple[str, ...]]:
    if path.suffix == ".html":
        yield from TEXT.findall(path.read_text(encoding="utf-8"))
    elif path.suffix == ".js":
        for found in SCRIPT_CALL.finditer(path.read_text(encoding="utf-8")):
            texts = [json.loads(text) for text in found.groups() if text]
            yield tuple(texts) if len(texts) > 1 else texts[0]
    elif path.suffix == ".py":
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CALLS:
                texts = [each.value for each in call.args[: CALLS[call.func.id]] if isinstance(each, ast.Constant)]
                if texts:
                    yield tuple(texts) if len(texts) > 1 else texts[0]


def _registered() -> Iterator[tuple[str, str]]:
    """(text, file); of whatever the page has loaded."""
    for lesson in LESSONS.values():
        yield from ((text, "seq2seq_ui/lessons") for text in texts_of_lesson(lesson))
    for name in list_pretrained():
        yield config_of(name).title, f"pretrained/{name}"
    for tab in TABS:
        yield tab.title, "seq2seq_ui/tabs"
    for preset in PRESETS.values():
        yield from ((text, "seq2seq_core/live/presets.py") for text in (preset.config.title, preset.help))
    for config in CONFIGS.values():
        yield config.title, "seq2seq_core/recipes.py"
    for dial in BY_FIELD.values():
        yield from ((text, "seq2seq_ui/dials.py") for text in dial.texts if text != "{value}")
    seen: set[int] = set()
    for name, module in sorted(sys.modules.items()):
        if name.startswith(PACKAGES):
            for value in list(vars(module).values()):
                if id(value) not in seen:
                    seen.add(id(value))
                    yield from ((text, name.replace(".", "/") + ".py") for text in _fields(value))


def _fields(value: Any) -> Iterator[str]:
    for kind, names in FIELDS.items():
        if isinstance(value, kind) or (isinstance(value, type) and issubclass(value, kind)):
            yield from (text for name in names if isinstance(text := getattr(value, name, None), str))


def up_to_date(catalogue: str, found: Catalog) -> str:
    """A catalogue with exactly these texts; what was translated stays so."""
    header, _, _ = catalogue.partition("\n\n")
    read = read_po(BytesIO(catalogue.encode()))
    read.update(found, no_fuzzy_matching=True)
    out = BytesIO()
    write_po(out, read, width=120, omit_header=True, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
    return f"{header.strip()}\n\n{out.getvalue().decode()}"


def main() -> None:
    found = template()
    for path in sorted(CATALOGUES.glob("*.po")):
        catalogue = up_to_date(path.read_text(encoding="utf-8"), found)
        path.write_text(catalogue, encoding="utf-8")
        missing = [each for each in read_po(BytesIO(catalogue.encode())) if each.id and not all(each.string or ("",))]
        print(f"{path.relative_to(ROOT)}: {len(found)} texts, {len(missing)} of them not translated yet")


if __name__ == "__main__":
    main()
