"""Presets of the Train tab: configs that learn something while you watch. Registered here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..config import ModelConfig
from ..data.pairs import Pair
from ..data.tasks import TASKS
from ..data.vocabulary import split_words


@dataclass(frozen=True)
class Preset:
    config: ModelConfig
    help: str  # one sentence: what there is to see

    @property
    def name(self) -> str:
        return self.config.name


_ADDITION = ModelConfig(
    name="addition-two-digits",
    title="Addition of numbers up to 99",
    task="addition-two-digits",
    num_samples=9_000,
    validation_split=0.06,
    units=128,
    batch_size=128,
    epochs=15,
    optimizer="muon",
    learning_rate=1e-2,  # the 2e-2 of the English-French LSTM is too much for a GRU
    schedule="cosine",
    clipnorm=1.0,
    max_words=2_000,
)

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(_ADDITION, "First the length, then the first digit, at last the carry."),
        Preset(
            replace(
                _ADDITION,
                name="dates",
                title="Dates → ISO 8601",
                task="dates",
                cell="gru",
                num_samples=8_000,
                epochs=12,
            ),
            "Twelve spellings of a day, one answer: the year comes first and is learnt first.",
        ),
        Preset(
            replace(
                _ADDITION,
                name="number-words",
                title="Numbers → French words",
                task="number-words",
                num_samples=8_000,
                epochs=12,
                length_buckets=3,
            ),
            "Hundreds before tens: it learns the grammar of numbers word by word.",
        ),
        Preset(
            replace(
                _ADDITION,
                name="phrases",
                title="Phrases of a small grammar, English → French",
                task="phrases",
                num_samples=8_000,
                epochs=12,
                length_buckets=3,
            ),
            "Agreement, negation, elision: when does it stop saying “je aime”?",
        ),
        Preset(
            replace(
                _ADDITION,
                name="phrases-words",
                title="The same phrases, word by word",
                task="phrases",
                level="word",
                num_samples=8_000,
                epochs=12,
            ),
            "Shorter sequences, a larger vocabulary: compare its speed with the one above.",
        ),
        Preset(
            replace(
                _ADDITION,
                name="english-french",
                title="English → French, the first 3,000 pairs of manythings.org",
                task="pairs",
                num_samples=3_000,
                validation_split=0.1,
                epochs=20,
                length_buckets=3,
            ),
            "The tutorial’s own data: watch it memorise, and the held-out loss turn up.",
        ),
    )
}


def expected_seconds(config: ModelConfig, pairs: Sequence[Pair], speed: float) -> float:
    """How long a run takes, roughly.

    Args:
        pairs: those it is trained on, where they are at hand.
        speed: of this machine, as a ratio to the reference (training_speed.py).
    """
    if config.task != "pairs":
        pairs = TASKS[config.task].pairs(200, seed=config.seed)
    some = pairs[:: max(1, len(pairs) // 200)] or [Pair(" " * 12, " " * 35)]  # manythings.org's first ones
    length = len if config.level == "character" else lambda text: len(split_words(text))
    source, target = ([length(text) for text in side] for side in zip(*some, strict=True))
    steps = max(source) + 1 + (max(target) if config.length_buckets == 1 else 1.1 * sum(target) / len(target))
    gates = 4 if config.cell == "lstm" else 3
    a_step = OVERHEAD + config.batch_size * gates * config.units * (config.units + 64) / RATE
    a_batch = steps * config.layers * a_step * (1 if config.level == "character" else LARGE_SOFTMAX)
    if config.optimizer == "muon":
        a_batch += config.layers * ORTHOGONALISING * (2 * gates + 1) * config.units**3
    batches = -(-(config.num_samples or len(pairs)) // config.batch_size)
    return (START + config.epochs * (batches * a_batch + EPOCH)) / speed


# seconds on the reference machine, fitted to its time a batch with 64 to 256 units, one and two layers
START, EPOCH, OVERHEAD = 2.0, 0.08, 4.3e-4
RATE = 2.1e10  # products in a recurrent step and its way back, a second
LARGE_SOFTMAX = 1.5
ORTHOGONALISING = 1e-10  # of a layer of the encoder and one of the decoder, times (2 gates + 1) units³
