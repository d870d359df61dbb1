"""Library: the models of the page, what they are called, and texts to try with them."""

from __future__ import annotations

from functools import cache

from seq2seq_core import Seq2SeqError, Translator, list_pretrained, load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.language import tr
from seq2seq_core.saving.load_model import pretrained_config

from .visitors import VISITORS, YOURS

# sentences to try, by the language that a model reads
EXAMPLES = {
    "en": (
        "Be nice.",
        "Drop it!",
        "Get out!",
        "I love you.",
        "Where is the station?",
        "I don't know what to do.",
        "My brother works in a hospital.",
    ),
    "fr": (
        "Sois gentil.",
        "Laisse tomber !",
        "Je t'aime.",
        "Où est la gare ?",
        "Je ne sais pas quoi faire.",
        "Mon frère travaille dans un hôpital.",
    ),
}


def pretrained(name: str) -> Translator:
    """A pretrained model by name, or a visitor's own by its key; never a path, for names come from the internet.

    Raises:
        Seq2SeqError: naming those that exist.
    """
    if own := VISITORS.model(name):
        return own.translator
    return _load(name)


def exists(name: str) -> bool:
    """Whether `pretrained` has it."""
    return VISITORS.model(name) is not None or name in list_pretrained()


def config_of(name: str) -> ModelConfig:
    """A model's config, for which no weights are loaded. Raises Seq2SeqError as `pretrained` does."""
    if own := VISITORS.model(name):
        return own.translator.config
    return _config(name)


def _refuse_unknown(name: str) -> None:
    if name.startswith(YOURS):
        raise Seq2SeqError(
            tr(
                "That model is not here any more: its page was closed, or newer models took its place. Only a "
                "downloaded one stays."
            )
        )
    if name not in list_pretrained():
        there = ", ".join(list_pretrained())
        raise Seq2SeqError(tr("There is no model {name}: choose one of {names}.", name=repr(name), names=there))


@cache  # which, as the next one, looks for it once: a sentence asks for its model seven times
def _load(name: str) -> Translator:
    _refuse_unknown(name)
    return load_model(name)


@cache
def _config(name: str) -> ModelConfig:
    _refuse_unknown(name)
    return pretrained_config(name)


def title_of(name: str) -> str:
    """What a model is called in a picker."""
    own = VISITORS.model(name)
    return own.title if own else tr(config_of(name).title)


def model_choices(*own: str) -> list[tuple[str, str]]:
    """(title, name) of every pretrained model, those of one task side by side, then of these of a visitor's.

    The first words of each tell its group, the languages, a task, yours: a dropdown of Gradio's has no headings, and a
    screen reader reads one choice at a time.
    """
    tasks = [config_of(name).task for name in list_pretrained()]
    names = sorted(list_pretrained(), key=lambda name: tasks.index(config_of(name).task))
    shipped = [
        (title_of(name) if config_of(name).task == "pairs" else tr("Task · {title}", title=title_of(name)), name)
        for name in names
    ]
    return [*shipped, *((title_of(name), name) for name in dict.fromkeys(own) if name not in names)]


def examples_of(model: Translator) -> tuple[str, ...]:
    """Texts to try with a model."""
    if own := VISITORS.model(model.name):
        return own.examples
    return model.task.examples if model.task else EXAMPLES[model.languages[0] or "en"]


def way_back(model: Translator) -> str | None:
    """The shipped model that reads what this one writes and writes what it reads; None where there is none.

    Found without its weights, which nobody needs before they are asked for.
    """
    languages, swap = model.config.languages, model.config.swap
    shipped = ((name, config_of(name)) for name in list_pretrained())
    return next(
        (
            name
            for name, other in shipped
            if other.typed_views and (other.languages, other.swap) == (languages, not swap)
        ),
        None,
    )


def token_of(model: Translator) -> str:
    """What one token of a model is called."""
    return model.vocabularies.source.kind


def suits(model: Translator, text: str, before: str) -> bool:
    """Whether a text that was there for another model could be one of this one's sources."""
    try:
        model.source_ids(text)
        other = pretrained(before)
    except Seq2SeqError:
        return False
    if model.vocabularies.source.unknown(model.read_as(text)):
        return False
    if model.task and model.task is not other.task:
        return model.task.fits(text.strip())
    return _reads(model) == _reads(other)


def _reads(model: Translator) -> str:
    """A language, or the name of a task that has none."""
    return model.languages[0] or model.config.task


def kin_of(model: Translator, text: str) -> str:
    """A pretrained model's name: of the same task, else one that can be given this text; "": there is none."""
    configs = {name: config_of(name) for name in list_pretrained() if name != model.name}
    if model.task is None:
        languages = model.config.languages, model.config.swap
        same = [name for name, other in configs.items() if (other.languages, other.swap) == languages and languages[0]]
        return next(iter(same), "")
    same = [name for name, other in configs.items() if other.task == model.config.task]
    fits = [name for name, other in configs.items() if other.task in TASKS and TASKS[other.task].fits(text)]
    return next(iter([*same, *fits]), "")
