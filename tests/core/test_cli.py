"""The command line, as people type it: in this process where that is the same, in a fresh one where it is not."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_pairs import PAIRS, write_tsv
from toy_translators import assert_equal
from tutorial_script import Tutorial

from seq2seq_core import DecodeTrace, cli, load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.training_data import training_data
from seq2seq_core.inference.evaluation import evaluate
from seq2seq_core.inference.translate_many import log_probabilities
from seq2seq_core.recipes import CONFIGS


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def seq2seq(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """`seq2seq …`, through the same entry point."""

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["seq2seq", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "300")  # no line is wrapped
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def pairs_file(tmp_path: Path) -> Path:
    return write_tsv(tmp_path / "mine.tsv", PAIRS)


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """Small, and its batches of one shape: one compilation."""
    config = {"name": "mine", "title": "My own", "units": 8, "batch_size": 16, "num_samples": 40, "split": "last"}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config | {"epochs": 2}))
    return path


def assert_refused(said: Said, expected: str) -> None:
    """Exit code 2 and one sentence on stderr: no traceback, nothing for the next program in the pipe."""
    assert said.code == 2
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.startswith("seq2seq: ")
    assert said.err.count("\n") == 1
    assert expected in said.err


# --- list


def test_list_shows_models_and_configs(
    seq2seq: Command, tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "shelf" / "my-model")
    (folder / "model.keras").write_bytes(b"weights are not read")
    monkeypatch.setenv("SEQ2SEQ_PRETRAINED", str(tmp_path / "shelf"))
    said = seq2seq("list")
    assert said.code == 0
    assert re.search("my-model .* A tiny model .* encoder-decoder, LSTM [0-9]+, characters", said.out)
    assert "attention, LSTM 192 × 2, characters (not trained here)" in said.out
    assert "convolutional, 256 × 3, characters" in said.out
    assert all(name in said.out for name in CONFIGS)


def test_list_without_any_model(seq2seq: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ2SEQ_PRETRAINED", str(tmp_path / "nowhere"))
    said = seq2seq("list")
    assert said.code == 0
    assert "not trained here" in said.out


# --- translate


def test_translate_prints_the_translation_alone(seq2seq: Command, tiny_checkpoint: Path) -> None:
    said = seq2seq("translate", "--model", tiny_checkpoint, "Be nice.")
    assert said == Said(0, load_model(tiny_checkpoint).translate("Be nice.").text + "\n", "")


def without_times(trace: DecodeTrace) -> DecodeTrace:
    trace.seconds[:] = trace.encoder.seconds[:] = 0
    return trace


@pytest.mark.parametrize(
    ("options", "dials"),
    [
        ([], {}),
        (["--prefix", "Va"], {"prefix": "Va"}),
        (["--method", "beam", "--beam-width", "3"], {"method": "beam", "beam_width": 3}),
        (
            ["--method", "sample", "--temperature", "1.5", "--top-k", "9", "--top-p", "0.8", "--seed", "4"],
            {"method": "sample", "temperature": 1.5, "top_k": 9, "top_p": 0.8, "seed": 4},
        ),
    ],
)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_translate_prints_the_whole_trace(
    seq2seq: Command, tiny_checkpoint: Path, form: str, options: list[str], dials: dict[str, object]
) -> None:
    said = seq2seq("translate", "--model", tiny_checkpoint, f"--{form}", *options, "Be nice.")
    assert said.code == 0
    printed = DecodeTrace.from_json(said.out) if form == "json" else DecodeTrace.from_csv(said.out)
    expected = load_model(tiny_checkpoint).translate("Be nice.", **dials)  # type: ignore[arg-type]
    assert_equal(without_times(printed), without_times(expected))


def test_unknown_characters_are_named_on_stderr(seq2seq: Command, tiny_checkpoint: Path) -> None:
    said = seq2seq("translate", "--model", tiny_checkpoint, "Be 🙂 nice[ß].")
    assert said.code == 0
    assert all(character in said.err for character in "🙂[ß]")
    assert said.out == load_model(tiny_checkpoint).translate("Be  nice.").text + "\n"


def test_translate_with_a_students_own_file(seq2seq: Command, tutorial_run: Callable[[str], Tutorial]) -> None:
    run = tutorial_run("zeros")
    trained_on = ["--trained-on", run.pairs_file, "--num-samples", run.num_samples, "--padding", "zeros"]
    said = seq2seq("translate", "--model", run.keras_file, *trained_on, "Be nice.")
    assert said.code == 0, said.err
    assert said.err.startswith("Opened with 250 pairs of fra.txt. It reads a sentence from the beginning to the end")
    assert said.out.removesuffix("\n") == run.decode(["Be nice."])[0].text.replace("\n", "").replace("\t", "")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--model", "nothing", "Hi."], "There is no model 'nothing'"),
        (["--model", "{model}", ""], "nothing to translate"),
        (["--model", "{model}", "🙂"], "never seen"),
        (["--model", "{model}", "a" * 251], "at most 250"),
        (["--model", "{model}", "--method", "magic", "Hi."], "'magic'"),
        (["--model", "{model}", "--method", "sample", "--temperature", "99", "Hi."], "99"),
        (["--model", "{model}", "--method", "beam", "--beam-width", "99", "Hi."], "99"),
        (["--model", "{model}", "--prefix", "🙂", "Hi."], "🙂"),
        (["--model", "{model}/config.json", "Hi."], "config.json"),
        (["--model", "{model}/model.keras", "--trained-on", "nowhere.txt", "Hi."], "nowhere.txt"),
        (["--model", "[red]x[/]", "Hi."], "'[red]x[/]'"),
    ],
)
def test_what_cannot_be_translated_is_said_in_a_sentence(
    seq2seq: Command, tiny_checkpoint: Path, arguments: list[str], expected: str
) -> None:
    assert_refused(
        seq2seq("translate", *(argument.replace("{model}", str(tiny_checkpoint)) for argument in arguments)), expected
    )


NO_TENSORFLOW = """
import sys
from seq2seq_core import load_model
trace = load_model(sys.argv[1]).translate("Be nice.")
trace.to_json(), trace.to_csv()
heavy = {"tensorflow", "keras", "gradio", "torch", "jax", "babel", "num2words"} & set(sys.modules)
print(sorted(heavy), trace.text)
"""


def test_translating_loads_neither_tensorflow_nor_keras(
    tiny_checkpoint: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = run_python("-c", NO_TENSORFLOW, str(tiny_checkpoint))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"[] {load_model(tiny_checkpoint).translate('Be nice.').text}\n"


def test_without_tensorflow_all_but_training_works(without_tensorflow: dict[str, str], tmp_path: Path) -> None:
    def seq2seq(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "seq2seq_core", *arguments]
        return subprocess.run(command, env=without_tensorflow, capture_output=True, encoding="utf-8", timeout=120)

    assert seq2seq("translate", "--model", "addition-lstm", "12+30").stdout == "42\n"
    assert seq2seq("list").returncode == 0
    refused = seq2seq("train", "--config", "addition-lstm", "--out", str(tmp_path / "adder"))
    assert refused.returncode == 2
    expected = "seq2seq: Training needs TensorFlow, which is not installed here: pip install tensorflow\n"
    assert refused.stderr == expected


def test_python_dash_m_is_the_same_command(
    tiny_checkpoint: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    model = str(tiny_checkpoint)
    done = run_python("-m", "seq2seq_core", "translate", "--model", model, "Be nice.")
    assert done.returncode == 0
    assert done.stdout == load_model(tiny_checkpoint).translate("Be nice.").text + "\n"
    done = run_python("-m", "seq2seq_core", "translate", "--model", model, "\udce9")
    assert_refused(Said(done.returncode, done.stdout, done.stderr), "never seen")


@pytest.mark.parametrize(
    "arguments", [("list",), ("translate", "Where is the station?"), ("translate", "--json", "Go.")]
)
def test_what_is_redirected_is_utf_8_on_windows_too(
    subprocess_environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    environment = subprocess_environment | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "seq2seq_core", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert set(done.stdout.decode("utf-8")) & set("→éùà\u202f")


# --- evaluate


def test_evaluate_what_people_type(seq2seq: Command, tiny_checkpoint: Path, pairs_file: Path) -> None:
    options = ("evaluate", "--model", tiny_checkpoint, "--pairs", pairs_file, "--limit", 12, "--views")
    rows = json.loads(seq2seq(*options, "--json").out)
    assert [row["view"] for row in rows][:2] == ["as written", "lower case, no end mark"]
    assert rows[0]["difference"] == 0
    table = seq2seq(*options).out
    assert all(name in table for name in ("typed", "upper case", "looping"))


def test_evaluate_as_json(seq2seq: Command, tiny_checkpoint: Path, pairs_file: Path) -> None:
    said = seq2seq("evaluate", "--model", tiny_checkpoint, "--pairs", pairs_file, "--limit", 12, "--json")
    assert said.code == 0
    result = json.loads(said.out)
    assert result.keys() >= {"chrf", "bleu", "exact_match", "nll_per_token"}
    expected = evaluate(load_model(tiny_checkpoint), PAIRS[:12]).to_dict()
    assert {**result, "seconds": 0} == pytest.approx({**expected, "seconds": 0})
    assert (result["sentences"], result["pairs"]) == (len({pair.source for pair in PAIRS[:12]}), 12)


def test_evaluate_on_what_was_held_out(seq2seq: Command, tiny_checkpoint: Path, pairs_file: Path) -> None:
    model = load_model(tiny_checkpoint)
    options = ("--held-out", "--max-length", 12, "--json")
    said = seq2seq("evaluate", "--model", tiny_checkpoint, "--pairs", pairs_file, *options)
    assert said.code == 0
    trained_on = {pair.source for pair in training_data(model.config, PAIRS)[0]}
    expected = [pair for pair in PAIRS if pair.source not in trained_on and len(pair.source) <= 12]
    assert 0 < json.loads(said.out)["pairs"] == len(expected) < len(PAIRS)


def test_evaluate_as_a_table(seq2seq: Command, tiny_checkpoint: Path, pairs_file: Path) -> None:
    said = seq2seq("evaluate", "--model", tiny_checkpoint, "--pairs", pairs_file, "--method", "beam")
    assert said.code == 0
    assert all(name in said.out for name in ("chrf", "bleu", "exact_match", "nll_per_token"))


def test_evaluate_refuses_bad_pairs(seq2seq: Command, tiny_checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_bytes(b"Go.\tVa !\nno tab here\nnor here\n")
    said = seq2seq("evaluate", "--model", tiny_checkpoint, "--pairs", tmp_path / "bad.tsv", "--json")
    assert_refused(said, "bad.tsv, line 2")
    assert_refused(seq2seq("evaluate", "--model", tiny_checkpoint, "--pairs", tmp_path / "no.tsv"), "no.tsv")


# --- train


def test_training_says_nothing_of_a_gpu_that_is_not_there(
    run_python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "out")
    said = run_python("-m", "seq2seq_core", "train", "--config", "addition-lstm", "--out", out)
    assert said.returncode == 2
    assert said.stderr.startswith("Loading TensorFlow …")
    assert "cannot be a folder for the model" in said.stderr
    for noise in ("cuda", "oneDNN", "absl", "cuInit"):
        assert noise not in said.stderr, noise


def test_what_was_said_while_loading_is_shown_if_it_fails(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    code = "import os\nfrom seq2seq_core.training.quietly import quietly\nwith quietly():\n    os.write(2, b'heard')\n"
    assert run_python("-c", code).stderr == ""
    failed = run_python("-c", f"{code}    raise ValueError('broken')").stderr
    assert failed.startswith("heard")
    assert failed.endswith("ValueError: broken\n")


def test_translate_says_that_an_answer_is_a_guess(seq2seq: Command) -> None:
    said = seq2seq("translate", "1234+5678", "--model", "addition-lstm")
    assert said.err == (
        "It was made for a sum of two numbers of up to three digits. This is something else: the answer is a guess.\n"
    )
    assert seq2seq("translate", "12+30", "--model", "addition-lstm").err == ""


def test_train_from_a_config_file(seq2seq: Command, config_file: Path, pairs_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs" / "mine"
    said = seq2seq("train", "--config", config_file, "--pairs", pairs_file, "--out", out, "--epochs", 1)
    assert said.code == 0, said.err
    assert re.search(r"epoch +1 +loss \d\.\d+ .*val_loss \d\.\d+", said.err)
    assert "epoch 1 kept" in said.err
    model = load_model(out)
    assert (model.name, model.config.epochs, model.network.encoder[0].units) == ("mine", 1, 8)
    # asked for once more, there is nothing left to do
    again = seq2seq("train", "--config", config_file, "--pairs", pairs_file, "--out", out, "--epochs", 1)
    assert again.code == 0
    assert "val_loss" not in again.err


FAST = {"optimizer": "adam", "schedule": "cosine", "clipnorm": 1.0, "learning_rate": 4e-3}
KINDS: dict[str, dict[str, Any]] = {
    "gru dates": {"task": "dates", "cell": "gru", **FAST},
    "two layers, reversed": {"task": "number-words", "layers": 2, "reverse_source": True},
    "words": {"level": "word", "max_words": 60, "cell": "gru"},
    "words of phrases": {"task": "phrases", "level": "word", "length_buckets": 2, **FAST, "optimizer": "muon"},
    "free running": {"teacher_forcing": False, "cell": "gru", "layers": 2},
    "addition": {"task": "addition", "architecture": "repeat_vector", "length_buckets": 2, **FAST},
}


@pytest.fixture
def without_xla(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling costs seconds a network, and the networks are the same without."""
    import keras

    compile_ = keras.Model.compile
    monkeypatch.setattr(
        keras.Model,
        "compile",
        lambda self, *args, **options: compile_(self, *args, **{**options, "jit_compile": False}),
    )


@pytest.mark.usefixtures("without_xla")
@pytest.mark.filterwarnings("error::UserWarning:keras")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_trains_from_a_config_file(
    seq2seq: Command, config_file: Path, pairs_file: Path, tmp_path: Path, kind: str
) -> None:
    """Two epochs each; what they leave behind opens, translates and can be scored."""
    values = json.loads(config_file.read_text()) | KINDS[kind]
    config_file.write_text(json.dumps(values))
    out = tmp_path / "out"
    file = [] if "task" in values else ["--pairs", pairs_file]  # a generated task needs none, nor a network
    said = seq2seq("train", "--config", config_file, *file, "--out", out)
    assert said.code == 0, said.err
    assert re.search(r"epoch +2 +loss \d\.\d+ .*val_loss \d\.\d+", said.err)
    model = load_model(out)
    assert model.config == ModelConfig(**values)
    epochs = epochs_in(out)
    assert [epoch["epoch"] for epoch in epochs] == [1, 2]
    assert epochs[1]["loss"] < epochs[0]["loss"]  # type: ignore[operator]
    training, validation = training_data(model.config, PAIRS)
    for pair in (training[0], validation[0]):
        trace = model.translate(pair.source)
        assert len(trace.layers) == values.get("layers", 1)
        assert np.isfinite(trace.probabilities).all()
    # the loss it reported is what its file has, by the NumPy inference; without teacher forcing it is another one
    if model.config.teacher_forcing:
        (best,) = [epoch for epoch in epochs if epoch["val_loss"] == min(e["val_loss"] for e in epochs)]  # type: ignore[type-var]
        expected = -np.concatenate(log_probabilities(model, validation)).mean()
        assert best["val_loss"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"--config": "nothing"}, "There is no config 'nothing'"),
        ({"--config": "{tmp}/mine.tsv"}, "not JSON"),
        ({"--pairs": "{tmp}/nowhere.txt"}, "nowhere.txt"),
        ({"--pairs": "{tmp}/one.tsv"}, "cannot be split"),
        ({"--out": "{model}"}, "another config"),
        ({"--epochs": "0"}, "epochs=0"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_sentence(
    seq2seq: Command,
    tiny_checkpoint: Path,
    config_file: Path,
    pairs_file: Path,
    tmp_path: Path,
    change: dict[str, str],
    expected: str,
) -> None:
    write_tsv(tmp_path / "one.tsv", PAIRS[:1])
    options = {"--config": str(config_file), "--pairs": str(pairs_file), "--out": str(tmp_path / "out")} | change
    places = {"{tmp}": tmp_path, "{model}": tiny_checkpoint}
    arguments = []
    for name, value in options.items():
        for place, path in places.items():
            value = value.replace(place, str(path))
        arguments += [name, value]
    before = {path: path.read_bytes() for path in tiny_checkpoint.iterdir()}
    said = seq2seq("train", *arguments)
    # how many pairs were read is said before the training begins
    assert_refused(Said(said.code, said.out, said.err[said.err.find("seq2seq: ") :]), expected)
    assert not (tmp_path / "out").exists()
    assert {path: path.read_bytes() for path in tiny_checkpoint.iterdir()} == before


def test_without_pairs_and_without_a_network_there_is_one_clear_line(
    seq2seq: Command, config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(**_: object) -> Path:
        from seq2seq_core.data.download import cached_pairs

        return cached_pairs("http://127.0.0.1:9/fra-eng.zip", tmp_path / "cache")  # nobody listens at port 9

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(cli, "cached_pairs", offline)
    said = seq2seq("train", "--config", config_file, "--out", tmp_path / "out")
    assert_refused(Said(said.code, said.out, said.err[said.err.find("seq2seq: ") :]), "check the network")


def epochs_in(folder: Path) -> list[dict[str, object]]:
    """The history so far; empty before the first epoch."""
    path = folder / "history.json"
    return json.loads(path.read_text()) if path.exists() else []


def stopped_after(
    more: int, command: list[str], folder: Path, environment: dict[str, str]
) -> tuple[int, str, list[dict[str, object]]]:
    """Runs the command, presses Ctrl-C once `more` epochs are written, and returns how it ended."""
    wanted = len(epochs_in(folder)) + more
    # a process group of its own: Ctrl-C must not reach these tests
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        process_group=0,
        # a shell that runs this in the background has made it deaf to Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        deadline = time.monotonic() + 120
        while len(epochs_in(folder)) < wanted and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    return process.returncode, said, epochs_in(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another matter there")
def test_ctrl_c_keeps_the_best_and_the_same_command_goes_on(
    config_file: Path, pairs_file: Path, tmp_path: Path, subprocess_environment: dict[str, str]
) -> None:
    out = tmp_path / "run"
    command = [sys.executable, "-m", "seq2seq_core", "train", "--config", str(config_file)]
    command += ["--pairs", str(pairs_file), "--out", str(out), "--epochs", "100000"]

    code, said, first = stopped_after(2, command, out, subprocess_environment)
    assert code == 130, said
    assert "Traceback" not in said
    assert "holds the best so far; the same command goes on from there" in " ".join(said.split())
    model = load_model(out)
    kept = model.translate("Go.")
    assert kept.source == "Go."

    code, said, second = stopped_after(1, command, out, subprocess_environment)
    assert code == 130, said
    assert len(second) > len(first)
    assert second[0] == first[0]  # its seconds too: it was not trained twice
    # an epoch whose end was being written when the key was pressed is done again, with the same outcome
    assert [epoch | {"seconds": 0} for epoch in second[: len(first)]] == [epoch | {"seconds": 0} for epoch in first]
    # the model that is kept is the best of both runs
    losses = [epoch["val_loss"] for epoch in second]
    (best,) = [epoch for epoch in second if epoch["val_loss"] == min(losses)]  # type: ignore[type-var]
    assert best["best"]
    assert np.isfinite(load_model(out).translate("Go.").probabilities).all()
    files = {"config.json", "history.json", "model.keras", "resume.npz", "vocabulary.json"}
    assert {path.name for path in out.iterdir()} == files


# --- data


def test_what_was_noticed_in_reading_is_said_and_columns_can_be_chosen(
    seq2seq: Command, config_file: Path, tmp_path: Path
) -> None:
    table, out = tmp_path / "mine.tsv", tmp_path / "out.tsv"
    rows = [f"{i}\t{pair.source}\tnote\t{pair.target}\n" for i, pair in enumerate(PAIRS)]
    table.write_text("id\tEnglish\tlicense\tFrench\n" + rows[0] + "no columns\n" + "".join(rows[1:]), encoding="utf-8")
    command = ("data", "--config", config_file, "--pairs", table, "--out", out)
    said = seq2seq(*command, "--source-column", "english", "--target-column", "4")
    assert said.code == 0, said.err
    written = [line.split("\t") for line in out.read_text(encoding="utf-8").splitlines()]
    assert written == [list(pair) for pair in PAIRS[:40]]
    for sentence in (
        "mine.tsv: Its first line is a header (id · English · license · French) and no pair.",
        "Column 1 holds nothing but numbers; columns 2 and 4 are read.",
        "1 line is left out, because texts in columns 2 and 4, with tabs between columns, were expected: line",
    ):
        assert sentence in said.err
    assert_refused(seq2seq(*command, "--source-column", "German"), "has no column 'German'")


# --- places that cannot be written


def test_a_place_that_cannot_be_written_is_refused_before_the_first_batch(
    seq2seq: Command, pairs_file: Path, config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seq2seq_core.training import train

    monkeypatch.setattr(train, "build_network", None)  # there is nothing that could be trained
    in_the_way = tmp_path / "in the way"
    in_the_way.write_text("mine")
    for out in (in_the_way, in_the_way / "model"):
        said = seq2seq("train", "--config", config_file, "--pairs", pairs_file, "--out", out)
        assert said.code == 2
        assert f"seq2seq: {out} cannot be a folder for the model: " in said.err
        assert "Traceback" not in said.err
    assert in_the_way.read_text() == "mine"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["list"], ["translate", "Be nice."], ["translate", "Be nice.", "--json"]])
def test_printing_to_a_full_disk_is_a_sentence(arguments: list[str], subprocess_environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "seq2seq_core", *arguments]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            command, env=subprocess_environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120
        )
    assert ended.returncode == 2
    assert ended.stderr.rstrip().endswith("seq2seq: The output cannot be read or written: No space left on device.")
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


def test_a_table_that_cannot_be_written_is_a_sentence(seq2seq: Command, config_file: Path, pairs_file: Path) -> None:
    out = config_file / "pairs.tsv"
    said = seq2seq("data", "--config", config_file, "--pairs", pairs_file, "--out", out)
    assert_refused(said, f"{out} cannot be written: Not a directory")
