"""The notebook of docs/ runs from top to bottom, in a kernel of its own."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def run() -> nbformat.NotebookNode:
    read = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(read)
    assert not any(cell.get("outputs") for cell in read.cells)  # what is kept are questions, not answers
    return NotebookClient(read, timeout=200, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()


def shown(run: nbformat.NotebookNode, begins: str) -> dict[str, object]:
    """What the cell of this code shows, by its MIME type."""
    cell = next(cell for cell in run.cells if begins in cell.source and cell.cell_type == "code")
    return cell.outputs[-1].data


def test_it_runs_from_top_to_bottom(run: nbformat.NotebookNode) -> None:
    assert "La gare ?" not in shown(run, "translate(")["text/html"]
    assert "Où est la gare ?" in shown(run, "translate(")["text/html"]
    figures = ["trace.chart(", "trace.inside.deletion(", "short.inside.prefixes(", "short.inside.units("]
    for code in figures:
        assert any("plotly" in kind or kind == "text/html" for kind in shown(run, code)), code


def test_it_installs_where_the_package_is_not(run: nbformat.NotebookNode) -> None:
    first = next(cell for cell in run.cells if cell.cell_type == "code")
    assert "%pip install --quiet git+{repository}" in first.source
    assert not first.outputs  # here it is
