"""Presets of the Train tab: configs that learn something while you watch. Registered here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .config import ModelConfig
from .pairs import Pair
from .tasks import TASKS
from .vocabulary import split_words


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
    epochs=45,
    optimizer="adam",
    learning_rate=4e-3,
    schedule="cosine",
    clipnorm=1.0,
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
                epochs=15,
                length_buckets=1,
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
                epochs=15,
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
                epochs=20,
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
                max_words=2_000,
                num_samples=8_000,
                epochs=20,
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
                units=128,
                epochs=30,
                length_buckets=3,
            ),
            "The tutorial’s own data: watch it memorise, and the held-out loss turn up.",
        ),
    )
}


def expected_seconds(config: ModelConfig, pairs: Sequence[Pair], speed: float) -> float:
    """How long a run takes, roughly: fitted to the presets' times on the reference machine (training_speed.py).

    Args:
        pairs: those it is trained on, where they are at hand.
        speed: of this machine, as a ratio to the reference.
    """
    if config.task != "pairs":
        pairs = TASKS[config.task].pairs(200, seed=config.seed)
    length = len if config.level == "character" else lambda text: len(split_words(text))
    some = pairs[:: max(1, len(pairs) // 200)]
    # steps of encoder and decoder, and tokens that the softmax chooses from; without pairs, manythings.org's first
    steps = sum(max(length(text) for text in side) for side in zip(*some, strict=True)) if some else 45
    gates = 4 if config.cell == "lstm" else 3
    per_step = OVERHEAD + config.batch_size * gates * config.units * (config.units + 64) / RATE
    batches = -(-(config.num_samples or len(pairs)) // config.batch_size)
    return (START + config.epochs * (batches * (BATCH + per_step * steps * config.layers) + EPOCH)) / speed


# seconds on the reference machine, fitted by hand to the presets
START, EPOCH, BATCH, OVERHEAD = 2.5, 0.06, 2e-3, 3.5e-4
RATE = 2.2e10  # multiplications of a recurrent step, forward and back, a second
