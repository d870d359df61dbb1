"""Everyday words and phrases, as people type them: how many come out right, and how hurried inputs read.

`everyday.tsv`: what is typed, a tab, and every answer that counts as right, with bars between. Case, commas and the
mark at the end are not counted. `hurried.txt`: a page to be read by eye. Neither is trained on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from seq2seq_core import load_model
from seq2seq_core.decoding.loop_guard import has_loop
from seq2seq_core.inference.typed_evaluation import plain
from seq2seq_core.saving.load_model import DEFAULT_MODEL

HERE = Path(__file__).parent


def everyday() -> list[tuple[str, tuple[str, ...]]]:
    """(typed, accepted answers) of each line."""
    rows = [line.split("\t") for line in (HERE / "everyday.tsv").read_text(encoding="utf-8").splitlines() if line]
    return [(typed, tuple(answer.strip() for answer in answers.split("|"))) for typed, answers in rows]


def hurried() -> list[str]:
    return [line for line in (HERE / "hurried.txt").read_text(encoding="utf-8").splitlines() if line]


def _compared(text: str) -> str:
    return plain(text).replace(",", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--method", default="greedy")
    arguments = parser.parse_args()
    model = load_model(arguments.model)
    rows = everyday()
    right, loops = 0, 0
    for typed, answers in rows:
        text = model.translate(typed, arguments.method).text
        is_right = _compared(text) in {_compared(answer) for answer in answers}
        right, loops = right + is_right, loops + has_loop(text)
        print(f"{' ' if is_right else '✗'} {typed} → {text}")
    print()
    for typed in hurried():
        text = model.translate(typed, arguments.method).text
        loops += has_loop(text)
        print(f"  {typed} → {text}")
    print(f"\n{right} of {len(rows)} everyday words and phrases right; {loops} translations loop.")


if __name__ == "__main__":
    main()
