"""Whatever an upload holds, the answer is a translation or one sentence.

A few hundred spoilt files in every run; `SEQ2SEQ_FUZZ=5000` tries as many.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import random
import warnings
import zipfile
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_translators import toy_translator

from seq2seq_core.charts import CHARTS
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.inference.trace import DecodeTrace
from seq2seq_core.inference.translator import Translator
from seq2seq_core.models import KINDS
from seq2seq_core.saving.model_folder import CONFIG_FILE, MODEL_FILE, VOCABULARY_FILE
from seq2seq_core.saving.model_zip import EXAMPLES_FILE, load_model_zip

PAIRS = [Pair("ab c", "xy z"), Pair("cab ", "zxy "), Pair("a ab", "x xy")]  # of one length, which one kind asks for
EXAMPLES = int(os.environ.get("SEQ2SEQ_FUZZ", "200"))
# what a text, a number or a list in a JSON may turn into
BAD = [
    None, True, False, [], {}, "", "x", " ", "\x00", "\ud800", "relu", "LSTM", "é" * 300, 0, -1, 1, 2, 10**6, 10**30,
    0.5, -0.0, 1e-320, 1e300, float("nan"), float("inf"), [[]], [1], ["a"], {"a": 1}, ["\udfff"], [None, None, 10**9],
]  # fmt: skip
NUMBERS = [np.nan, np.inf, -np.inf, 3e38, 1e300, -1e300, 1e4, -1e4, 0.0, 1e-45]

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Files]:
    """A good model folder of each kind of network, and the parts of its `.keras` file."""
    made = {}
    for name, kind in KINDS.items():
        config = kind.adapted(ModelConfig(name="mine", title="Mine", units=3, layers=2))
        vocabularies = VocabularyPair.from_pairs(PAIRS)
        path = tmp_path_factory.mktemp(name) / MODEL_FILE
        kind.build(config, vocabularies).save(path)
        with zipfile.ZipFile(path) as archive:
            files = {f"{MODEL_FILE}/{part}": archive.read(part) for part in archive.namelist()}
        files[CONFIG_FILE] = json.dumps(config.to_dict()).encode()
        files[VOCABULARY_FILE] = json.dumps(vocabularies.to_dict()).encode()
        files[EXAMPLES_FILE] = b'["ab c", "c"]'
        made[name] = files
    return made


def packed(files: Files) -> bytes:
    """The folder as a zip, its network as one within."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for name, data in files.items():
            if name.startswith(MODEL_FILE):
                archive.writestr(name.removeprefix(f"{MODEL_FILE}/"), data)
    with zipfile.ZipFile(outer, "w") as archive:
        for name, data in (files | {MODEL_FILE: inner.getvalue()}).items():
            if "/" not in name:
                archive.writestr(name, data)
    return outer.getvalue()


def spoil_json(rng: random.Random, text: bytes) -> bytes:
    """One or two values anywhere in it replaced or removed."""
    values = {"": json.loads(text)}
    for _ in range(rng.randint(1, 2)):
        places: list[tuple[Any, Any]] = []
        waiting: list[Any] = [values]
        while waiting:
            node = waiting.pop()
            for key in list(node) if isinstance(node, dict) else range(len(node)):
                places.append((node, key))
                if isinstance(node[key], dict | list):
                    waiting.append(node[key])
        if not places:
            break
        node, key = rng.choice(places)
        change = rng.choice(["remove", "repeat", *BAD])
        if change == "remove":
            del node[key]
        elif change == "repeat" and isinstance(node, list):
            node.append(node[key])
        else:
            node[key] = copy.deepcopy(change)
    return json.dumps(values.get("")).encode()


def spoil_weights(rng: random.Random, weights: bytes) -> bytes:
    """A number in one array, or all of them, is another; or an array has another type or shape."""
    stream = io.BytesIO(weights)
    with np.errstate(all="ignore"), h5py.File(stream, "r+") as file:
        paths: list[str] = []
        file.visititems(lambda path, item: paths.append(path) if isinstance(item, h5py.Dataset) else None)
        path = rng.choice(paths)
        values = np.asarray(file[path][()])
        number = rng.choice(NUMBERS)
        changed = rng.choice(
            [
                np.full(values.shape, number),
                np.where(np.arange(values.size).reshape(values.shape) == 0, number, values),
                values * number,
                values.astype(np.float16),
                values.T,
                np.append(values, number),
                np.float64(number),
                h5py.Empty("f4"),
            ]
        )
        del file[path]
        file[path] = changed
    return stream.getvalue()


def flip_bytes(rng: random.Random, content: bytes) -> bytes:
    spoilt = bytearray(content)
    for _ in range(rng.randint(1, 16)):
        spoilt[rng.randint(0, len(spoilt) - 1)] = rng.randint(0, 255)
    return bytes(spoilt)


def use(model: Translator, texts: tuple[str, ...]) -> None:
    """What a page does with a model."""
    for text in (*texts, "ab c"):
        for method in ("greedy", "sample", "beam"):
            try:
                trace = model.translate(text, method, temperature=0.01, beam_width=3)
            except Seq2SeqError as error:
                str(error).encode()
                continue
            assert np.isfinite(trace.logits).all()
            assert np.isfinite(trace.probabilities).all()
            DecodeTrace.from_json(trace.to_json())
            DecodeTrace.from_csv(trace.to_csv())
            for chart in CHARTS.values():
                chart.build(trace, -1, model.vocabularies.source.kind, 0)


@settings(max_examples=EXAMPLES)
@given(kind=st.sampled_from(list(KINDS)), rng=st.randoms(use_true_random=True))
def test_a_spoilt_upload_is_a_translation_or_one_sentence(
    uploads: dict[str, Files], kind: str, rng: random.Random
) -> None:
    files = dict(uploads[kind])
    part = rng.choice(["all", "nothing", *files])
    if part in files:
        spoil = spoil_weights if part.endswith(".h5") else spoil_json
        if rng.randint(0, 3) == 0:
            spoil = flip_bytes
        files[part] = spoil(rng, files[part])
    upload = packed(files)
    if part == "all":
        upload = flip_bytes(rng, upload)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            model, texts = load_model_zip(io.BytesIO(upload), "mine.zip")
        except Seq2SeqError as error:
            str(error).encode()
            assert part != "nothing"
            return
        use(model, texts)


def spoil_table(rng: random.Random, table: str) -> str:
    """A cell of it replaced, or what stands as JSON in its last column spoilt."""
    rows = list(csv.reader(io.StringIO(table)))
    if rng.randint(0, 1):
        rows[1][-1] = spoil_json(rng, rows[1][-1].encode()).decode()
    else:
        row = rng.choice(rows)
        row[rng.randint(0, len(row) - 1)] = rng.choice(
            ["", "x", "nan", "1e999", "-1", "\ud800", "encoder", "99999999999"]
        )
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()


@settings(max_examples=EXAMPLES)
@given(rng=st.randoms(use_true_random=True))
def test_a_spoilt_trace_is_a_trace_or_one_sentence(rng: random.Random) -> None:
    """Whatever was changed by hand: what is read can be drawn, and written again."""
    model = toy_translator(cell=rng.choice(["LSTM", "GRU"]), units=2, target="\t\n xy")
    trace = model.translate("ab", rng.choice(["greedy", "sample", "beam"]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            if rng.randint(0, 1):
                read = DecodeTrace.from_csv(spoil_table(rng, trace.to_csv()))
            else:
                read = DecodeTrace.from_json(spoil_json(rng, trace.to_json()))
        except Seq2SeqError as error:
            str(error).encode()
            return
        DecodeTrace.from_json(read.to_json())
        DecodeTrace.from_csv(read.to_csv())
        for chart in CHARTS.values():
            chart.build(read, -1, "character", 0)
