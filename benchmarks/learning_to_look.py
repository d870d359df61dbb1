"""A recorded run for the lesson “Attention: learning to look”: a network that learns to reverse strings, as it was at
three moments of its training, and its curves.

    python benchmarks/learning_to_look.py

It is the Train tab's preset of this task, and takes about 40 seconds on two cores.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.training_data import training_data
from seq2seq_core.inference.translator import Translator
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.saving.load_model import load_model
from seq2seq_core.saving.model_folder import save_checkpoint, write_history
from seq2seq_core.training.events import BatchTrained, EpochTrained, TrainingStarted
from seq2seq_core.training.train import train

FOLDER = Path(__file__).parents[1] / "seq2seq_ui" / "lessons" / "recorded" / "learning-to-look"
MOMENTS = (30, 160, 650)  # batches


def measured(model: Translator, pairs: list[Pair]) -> str:
    """How many strings come out reversed, how many letters are right, and how often the most weight lies on the letter
    that is due."""
    exact, letters, looks = [], [], []
    for source, target in pairs:
        trace = model.translate(source)
        assert trace.attention is not None
        exact.append(trace.text == target)
        for step, due in enumerate(target):
            letters.append(trace.text[step : step + 1] == due)
            looks.append(step < len(trace) and trace.attention[step].argmax() == len(target) - 1 - step)
    right = f"{np.mean(exact):.0%} exact, {np.mean(letters):.0%} of the letters right"
    return f"{right}, {np.mean(looks):.0%} of the looks where the letter is"


def main() -> None:
    config = replace(PRESETS["reverse-long"].config, stored="float16")
    history: list[EpochTrained] = []
    batches = 0
    for event in train(config):
        match event:
            case TrainingStarted():
                started = event
            case BatchTrained():
                batches += 1
                if batches in MOMENTS:
                    save_checkpoint(FOLDER / str(batches), started.network, config, started.vocabularies)
            case EpochTrained():
                history.append(event)
    write_history(FOLDER / "history.json", history)
    _, held_out = training_data(config)
    for moment in MOMENTS:
        print(f"after {moment} of {batches} batches: {measured(load_model(FOLDER / str(moment)), held_out)}")


if __name__ == "__main__":
    main()
