"""The command line: seq2seq list | translate | train | evaluate."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from .config import ModelConfig
from .data.download import cached_pairs
from .data.pairs import Pair, pairs_of
from .data.splits import unseen_pairs
from .data.tables import open_table
from .data.tasks import TASKS
from .data.training_data import held_out_pairs, swapped, training_data
from .decoding import DECODING_METHODS
from .errors import Seq2SeqError
from .files import write_atomically
from .models import kind_of
from .recipes import CONFIGS, load_config
from .saving.load_model import DEFAULT_MODEL, list_pretrained, load_model, pretrained_config, pretrained_folder
from .settings import read_settings
from .shares import percent
from .training.missing import is_there, missing_package
from .training.quietly import quietly

if TYPE_CHECKING:
    from .inference.typed_evaluation import ViewScore
    from .training.events import EpochTrained
    from .training.sweep.result import Ended

app = typer.Typer(
    help="Sequence-to-sequence learning, seen from inside.", no_args_is_help=True, pretty_exceptions_enable=False
)
HELD_OUT_PROBLEMS = 500  # how many a generated task is scored on, unless --limit says otherwise
# progress and remarks go to stderr, results to stdout: the output can be piped
err = Console(stderr=True)

Model = Annotated[
    str, typer.Option(help="A pretrained model's name, a model folder or its zip, or a .keras or .h5 file.")
]
PairsFile = Annotated[
    Path | None,
    typer.Option("--pairs", help="fra.txt, fra-eng.zip or any TSV or CSV. Left out: manythings.org's file."),
]
SourceColumn = Annotated[str | None, typer.Option(help="Its column that is read: a number from 1, or a header's name.")]
TargetColumn = Annotated[str | None, typer.Option(help="… and the one that is written.")]
TrainedOn = Annotated[
    Path | None, typer.Option(help="For the tutorial's own s2s_model.keras: the pairs file it was trained on.")
]
NumSamples = Annotated[int | None, typer.Option(help="… and how many of its first lines.")]
Padding = Annotated[
    Literal["space", "zeros"] | None,
    typer.Option(help="… and what its script padded with. Left out: as fifty of the pairs show."),
]
ReverseSource = Annotated[
    bool | None, typer.Option(help="… and whether it reads from the end. Left out: as fifty of the pairs show.")
]
Method = Annotated[str, typer.Option(help=f"Decoding method: {', '.join(DECODING_METHODS)}.")]
Mend = Annotated[
    bool, typer.Option(help="Whether it reads what was meant: without typos and chat spellings, with a mark.")
]
BeamWidth = Annotated[int, typer.Option(help="beam: translations kept at once.")]


@app.command("list")
def list_() -> None:
    """The pretrained models, and the configs that `train` knows."""
    table = Table("model", "what it is", "network", "config")
    trained = {name: pretrained_config(name) for name in list_pretrained()}
    for name, config in trained.items():
        recipe = "named" if name in CONFIGS else "its folder's config.json"
        table.add_row(name, config.title, _network(config), recipe)
    for name in sorted(CONFIGS.keys() - trained.keys()):
        table.add_row(name, CONFIGS[name].title, f"{_network(CONFIGS[name])} (not trained here)", "named")
    Console().print(table)


def _network(config: ModelConfig) -> str:
    """Such as "attention, LSTM 192 × 2, characters"."""
    layers = f" × {config.layers}" if config.layers > 1 else ""
    kind = config.architecture.replace("_", "-")
    cell = f"{config.cell.upper()} " if kind_of(config).claims.recurrent else ""
    return f"{kind}, {cell}{config.units}{layers}, {config.level}s"


@app.command()
def translate(
    text: Annotated[str, typer.Argument(help="The sentence.")],
    model: Model = DEFAULT_MODEL,
    json_: Annotated[bool, typer.Option("--json", help="The whole trace as JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="The whole trace as a table.")] = False,
    method: Method = "greedy",
    temperature: Annotated[float, typer.Option(help="sample: below 1 sharper, above 1 flatter.")] = 1.0,
    top_k: Annotated[int | None, typer.Option(help="sample: only the k most probable.")] = None,
    top_p: Annotated[float | None, typer.Option(help="sample: only the likeliest that make up this share.")] = None,
    beam_width: BeamWidth = 5,
    seed: Annotated[int, typer.Option(help="sample: the same seed, the same translation.")] = 0,
    prefix: Annotated[str, typer.Option(help="What the translation must begin with.")] = "",
    mend: Mend = True,
    trained_on: TrainedOn = None,
    num_samples: NumSamples = None,
    padding: Padding = None,
    reverse_source: ReverseSource = None,
) -> None:
    """Translate one sentence."""
    translator = load_model(
        model, pairs=trained_on, num_samples=num_samples, padding=padding, reverse_source=reverse_source
    )
    if trained_on is not None:
        err.print(translator.card.splitlines()[-1], markup=False, highlight=False)
    trace = translator.translate(
        text,
        method,
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        beam_width=beam_width,
        seed=seed,
        prefix=prefix,
        mend=mend,
    )
    if trace.source != text:
        err.print(f"Read as: {trace.source}", markup=False, highlight=False)
    for remark in (*translator.remarks_on_tokens(trace.source), translator.beyond(trace.source)):
        if remark:
            err.print(remark, markup=False, highlight=False)
    print(trace.to_json().decode() if json_ else trace.to_csv() if csv else trace.text)


@app.command()
def train(
    config: Annotated[str, typer.Option(help=f"One of {', '.join(CONFIGS)}, or a config.json.")],
    out: Annotated[Path, typer.Option(help="Folder for the model; an interrupted run in it is continued.")],
    pairs: PairsFile = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    epochs: Annotated[int | None, typer.Option(help="Instead of the config's.")] = None,
) -> None:
    """Train a model. Ctrl-C keeps the best so far; the same command goes on from there."""
    chosen = load_config(config)
    if epochs is not None:
        chosen = replace(chosen, epochs=epochs)
    read = _read(pairs, chosen.num_samples, source_column, target_column) if chosen.task == "pairs" else ()
    if lacks := missing_package():
        raise Seq2SeqError(f"Training needs {lacks}, which is not installed here: pip install {lacks.lower()}")
    err.print("Loading TensorFlow …", highlight=False)
    with quietly():
        from .training.progress_bar import show_training

    try:
        finished = show_training(chosen, read, out, err)
    except KeyboardInterrupt:
        kept = (
            "holds the best so far; the same command goes on from there"
            if (out / "model.keras").exists()
            else ("has no whole epoch yet")
        )
        err.print(f"\nStopped. {out} {kept}.", highlight=False)
        raise typer.Exit(130) from None
    best = finished.best
    err.print(
        f"{out}: epoch {best.epoch} kept, loss {best.loss:.3f}, validation {best.val_loss:.3f} nats a token, "
        f"{finished.history[-1].seconds:,.0f} s of training.",
        highlight=False,
    )


@app.command()
def sweep(
    config: Annotated[str, typer.Option(help=f"One of {', '.join(CONFIGS)}, or a config.json.")],
    try_: Annotated[
        list[str], typer.Option("--try", help="units=64,128 or learning_rate=0.001..0.1; again for another field.")
    ],
    out: Annotated[Path, typer.Option(help="The JSON file for curves and scores: the Train tab draws it.")],
    trials: Annotated[
        int | None, typer.Option(min=1, help="So many combinations, drawn at random. Left out: all there are.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Instead of the config's.")] = None,
    seed: Annotated[int, typer.Option(help="Of the drawing: the same seed, the same combinations.")] = 0,
    best: Annotated[Path | None, typer.Option(help="Where to write the best one's config.json, for `train`.")] = None,
    use_ray: Annotated[
        bool | None, typer.Option("--ray/--no-ray", help="Side by side with Ray Tune. Left out: where it is installed.")
    ] = None,
    pairs: PairsFile = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
) -> None:
    """Train a config with other values of some of its fields, and compare. Ctrl-C keeps what is there so far."""
    from .training.sweep.result import Sweep, Trial
    from .training.sweep.search import changed, combinations, tried
    from .training.sweep.table import columns, rows
    from .training.sweep.trial import one_after_another

    base = load_config(config)
    if epochs is not None:
        base = replace(base, epochs=epochs)
    changes = combinations([tried(text) for text in try_], trials, seed)
    configs = [changed(base, each) for each in changes]
    read = _read(pairs, base.num_samples, source_column, target_column) if base.task == "pairs" else ()
    if lacks := missing_package():
        raise Seq2SeqError(f"Training needs {lacks}, which is not installed here: pip install {lacks.lower()}")
    if use_ray is None:
        use_ray = is_there("ray")
    elif use_ray and not is_there("ray"):
        raise Seq2SeqError("Ray is not installed here: pip install 'seq2seq-lab[ray]', or leave --ray out.")
    found = Sweep(base, tuple(Trial(each) for each in changes))

    def heard(number: int, said: EpochTrained | Ended) -> None:
        nonlocal found
        found = found.heard(number, said)
        trial = found.trials[number]
        if trial.ended:
            result = trial.ended.message or (f"held-out loss {trial.best.val_loss:.4f}" if trial.best else "diverged")
            ended = sum(trial.ended is not None for trial in found.trials)
            err.print(f"{ended}/{len(changes)}  {trial.title}: {result}", markup=False, highlight=False)
            write_atomically(out, found.to_json())

    write_atomically(out, found.to_json())  # before hours of work, not after
    where = "side by side, with Ray" if use_ray else "one after another"
    err.print(f"{len(changes)} trials of {base.epochs} epochs, {where} …", highlight=False)
    try:
        if use_ray:
            from .training.sweep.on_ray import on_ray

            on_ray(configs, read, heard, read_settings().ray_address)
        else:
            one_after_another(configs, read, heard)
    except KeyboardInterrupt:
        err.print("\nStopped.", highlight=False)
    write_atomically(out, found.to_json())
    table = Table(*columns(found))
    for row in rows(found):
        table.add_row(*row)
    Console().print(table)
    first = found.ranked[0]
    if best is not None and first.best:
        winner = replace(changed(base, dict(first.changes)), title=f"{base.title}: {first.title}")
        write_atomically(best, json.dumps(winner.to_dict(), ensure_ascii=False, indent=1).encode())


@app.command()
def evaluate(
    model: Model = DEFAULT_MODEL,
    pairs: PairsFile = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    held_out: Annotated[bool, typer.Option(help="Only sources that the model was not trained on.")] = False,
    max_length: Annotated[int | None, typer.Option(min=1, help="Only sources of up to N characters.")] = None,
    skip: Annotated[int, typer.Option(min=0, help="Leave out the first N of those.")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="Of the rest, only the first N.")] = None,
    views: Annotated[bool, typer.Option(help="As people type: chrF of the same sentences in each typed view.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    method: Method = "greedy",
    beam_width: BeamWidth = 5,
    mend: Mend = True,
    trained_on: TrainedOn = None,
    num_samples: NumSamples = None,
    padding: Padding = None,
    reverse_source: ReverseSource = None,
) -> None:
    """Score a model: chrF, BLEU, exact match, loss. A generated task's model: on its held-out problems."""
    from .inference.evaluation import evaluate as score
    from .inference.typed_evaluation import evaluate_views

    translator = load_model(
        model, pairs=trained_on, num_samples=num_samples, padding=padding, reverse_source=reverse_source
    )
    if trained_on is not None:
        err.print(translator.card.splitlines()[-1], markup=False, highlight=False)
    if pairs is None and translator.config.task != "pairs":
        read = TASKS[translator.config.task].pairs(skip + (limit or HELD_OUT_PROBLEMS), seed=1, held_out=True)[skip:]
    else:
        chosen = held_out or max_length is not None  # from the whole file
        enough = None if chosen or limit is None else skip + limit
        read = list(_read(pairs, enough, source_column, target_column))
        if held_out:
            read = held_out_pairs(translator.config, read)
        elif translator.config.swap:
            read = swapped(read)
        read = [pair for pair in read if max_length is None or len(pair.source) <= max_length]
        read = read[skip : None if limit is None else skip + limit]
    if not read:
        raise Seq2SeqError(f"The file has no such pairs beyond the first {skip:,}.")
    with Progress(
        TextColumn("translating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err
    ) as bar:
        task = bar.add_task("")

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        rows = evaluate_views(translator, read, method, beam_width, progress=progress, mend=mend) if views else []
        result = None if views else score(translator, read, method, beam_width, progress, mend)
    if result is None:
        _show_views(rows, json_)
        return
    if json_:
        print(json.dumps(result.to_dict(), indent=1))
        return
    table = Table("", "")
    for name, value in result.to_dict().items():
        table.add_row(name, f"{value:.4f}" if isinstance(value, float) else f"{value}")
    Console().print(table)


def _show_views(rows: Sequence[ViewScore], as_json: bool) -> None:
    if as_json:
        print(json.dumps([row.to_dict() for row in rows], indent=1))
        return
    table = Table("typed", "sentences", "chrF", "as written", "difference", "looping", "unfinished")
    for row in rows:
        scores = (f"{row.chrf:.1f}", f"{row.chrf_as_written:.1f}", f"{row.difference:+.1f}")
        table.add_row(row.view, f"{row.sentences:,}", *scores, f"{row.looping}", f"{row.unfinished}")
    Console().print(table)


@app.command()
def lengths(
    model: Annotated[list[str], typer.Option(help="A pretrained model's name or a model folder; give two or more.")],
    pairs: PairsFile = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    all_unseen: Annotated[bool, typer.Option("--all", help="The file holds only sentences none has seen.")] = False,
) -> None:
    """Measure quality by sentence length, on sentences none of the models has seen; written into their folders."""
    from .insights.quality_by_length import measure

    translators = [load_model(name) for name in model]
    read = _read(pairs, None, source_column, target_column)
    for name, quality in zip(model, measure(translators, read, all_unseen), strict=True):
        quality.save(pretrained_folder() / name if name in list_pretrained() else Path(name))
        scores = zip(quality.up_to, quality.chrf, strict=True)
        err.print(f"{name}: " + ", ".join(f"≤ {up_to}: {chrf:.1f}" for up_to, chrf in scores), highlight=False)


@app.command()
def calibrate(
    training: Annotated[Path, typer.Option(help="The pairs file it was trained on: its words are those it knows.")],
    model: Model = DEFAULT_MODEL,
    pairs: Annotated[
        Path | None, typer.Option(help="Pairs it was not trained on. Left out: what it held out of --training.")
    ] = None,
) -> None:
    """Measure how far a model's probabilities can be trusted, on sentences it has not seen; written into its folder."""
    from .insights.calibration import calibrate as measure

    translator = load_model(model)
    seen, held_out = training_data(translator.config, _read(training, translator.config.num_samples))
    # a source whose translations stand on both sides of the split was seen
    if pairs is None:
        unseen = unseen_pairs(held_out, seen)
    else:
        unseen = swapped(_read(pairs)) if translator.config.swap else list(_read(pairs))
    found = measure(translator, unseen, seen)
    found.save(pretrained_folder() / model if model in list_pretrained() else Path(model))
    err.print(
        f"{model}: temperature {found.temperature:.2f}; expected calibration error {found.before.error:.4f}, "
        f"then {found.after.error:.4f}; AUROC {found.auroc_before:.3f}, then {found.auroc:.3f}",
        highlight=False,
    )
    table = Table("level", "from, nats", "texts", "right", "chrF")
    for level in found.levels:
        scores = f"{level.least:.2f}", f"{level.texts:,}", percent(level.right, 1), f"{level.chrf:.1f}"
        table.add_row(level.name, *scores)
    Console().print(table)


@app.command()
def thoughts(
    model: Annotated[list[str], typer.Option(help="A pretrained model's name; it may be given several times.")],
) -> None:
    """Keep, beside a pretrained model, what its encoder ends with after the sentences of the map of thoughts."""
    from .insights.map_of_thoughts import mapped
    from .insights.thoughts import THOUGHTS_FILE, read_thoughts, save_thoughts

    for name in model:
        translator = load_model(name)
        texts = [sentence.text for sentence in mapped(translator)]
        save_thoughts(pretrained_folder() / name, texts, read_thoughts(translator, texts))
        err.print(f"{name}: {len(texts):,} sentences, {THOUGHTS_FILE}.", highlight=False)


@app.command()
def data(
    config: Annotated[str, typer.Option(help=f"One of {', '.join(CONFIGS)}, or a config.json.")],
    out: Annotated[Path, typer.Option(help="The TSV file to write.")],
    pairs: PairsFile = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
) -> None:
    """Write the pairs a config trains on, then those it holds out, as TSV."""
    chosen = load_config(config)
    read = _read(pairs, chosen.num_samples, source_column, target_column) if chosen.task == "pairs" else ()
    training, validation = training_data(chosen, read, lambda remark: err.print(remark, highlight=False))
    lines = [f"{pair.source}\t{pair.target}\n" for pair in (*training, *validation)]
    write_atomically(out, "".join(lines).encode())
    err.print(f"{out}: {len(training):,} training pairs, then {len(validation):,} held out.", highlight=False)


def _read(
    path: Path | None, num_samples: int | None = None, source: str | None = None, target: str | None = None
) -> tuple[Pair, ...]:
    """The pairs of a file, or of manythings.org's; what was noticed in reading it is said."""
    table = open_table(_pairs_path(path))
    first, second = (None if name is None else table.column(name) for name in (source, target))
    found = pairs_of(table, num_samples, first, second)
    if found.remarks:
        err.print(f"{table.name}: {' '.join(found.remarks)}", markup=False, highlight=False, soft_wrap=True)
    return found.pairs


def _pairs_path(path: Path | None) -> Path:
    if path is not None:
        return path
    with Progress(TextColumn("manythings.org"), BarColumn(), DownloadColumn(), console=err, transient=True) as bar:
        task = bar.add_task("", total=None)
        return cached_pairs(progress=lambda done, total: bar.update(task, completed=done, total=total))


def main() -> None:
    """The entry point: what cannot be used is said in a sentence, with exit code 2."""
    if isinstance(sys.stdout, TextIOWrapper):
        # Windows gives what is redirected an encoding that has no “→”; what we write into files is UTF-8 everywhere
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # what fails here would else fail at the very end, where nobody catches it
    except Seq2SeqError as error:
        message = str(error)
    except BrokenPipeError:  # `| head` has seen enough
        _print_no_more()
        sys.exit(1)
    except OSError as error:
        _print_no_more()
        message = f"{error.filename or 'The output'} cannot be read or written: {error.strerror or error}."
    else:
        return
    err.print(f"seq2seq: {message}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(2)


def _print_no_more() -> None:
    """What could not be printed is tried again when Python ends: it goes nowhere then."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
