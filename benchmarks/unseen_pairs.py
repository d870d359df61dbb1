"""Writes the pairs a model may be judged by: held out by the hash, and with a source that equals none an older model
was trained on, folded.

    python benchmarks/unseen_pairs.py --pairs fra-eng-2019.zip --older en-fr-char-attention --older-pairs fra-eng.zip \\
        --out unseen.tsv
    seq2seq evaluate --pairs unseen.tsv --max-length 60 --views
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import read_pairs
from seq2seq_core.data.splits import near_duplicates, unseen_pairs
from seq2seq_core.data.training_data import training_data
from seq2seq_core.recipes import load_config
from seq2seq_core.saving.load_model import pretrained_folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", required=True, type=Path)
    parser.add_argument("--share", default=0.05, type=float, help="of the sentences that the hash holds out")
    parser.add_argument("--older", required=True, help="config of the older model: a name or a config.json")
    parser.add_argument("--older-pairs", required=True, type=Path, help="the file it was trained on")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    folder = pretrained_folder() / arguments.older / "config.json"
    older: ModelConfig = load_config(folder if folder.is_file() else arguments.older)
    config = replace(older, split="hash", validation_split=arguments.share)
    training, held_out = training_data(config, read_pairs(arguments.pairs))
    seen, _ = training_data(older, read_pairs(arguments.older_pairs))
    unseen = unseen_pairs(held_out, seen)
    arguments.out.write_text("".join(f"{source}\t{target}\n" for source, target in unseen), encoding="utf-8")
    sentences = len({pair.source for pair in unseen})
    print(f"{arguments.out}: {sentences:,} sentences, {len(unseen):,} pairs, of {len(held_out):,} held out;")
    print(f"{near_duplicates(held_out, training)} held-out sources equal a training source but for what is folded.")


if __name__ == "__main__":
    main()
