"""Presets of the Train tab: configs that learn something while you watch. Registered here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..config import ModelConfig


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

STEPS = 600  # so many batches and a network like this knows a few hundred short pairs by heart
OWN_PAIRS = "own-pairs"  # the name of a config for pairs that somebody brings


def for_own_pairs(count: int) -> ModelConfig:
    """A recipe for this many pairs of whatever they are: few ones come by more often, in smaller batches.

    Measured: 11 short pairs in 200 steps, and 278 in 540 steps of 32 or 720 of 16, are all written right afterwards;
    in the 45 steps that the addition's recipe makes of the latter, none is.
    """
    batch_size = next((size for size, most in ((16, 200), (32, 1_000), (64, 4_000)) if count <= most), 128)
    return replace(
        _ADDITION,
        name=OWN_PAIRS,
        title="Your own pairs",
        task="pairs",
        num_samples=count,
        validation_split=0.1,
        batch_size=batch_size,
        epochs=min(200, max(15, round(STEPS * batch_size / count))),
        length_buckets=3 if count > 1_000 else 1,
    )


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(_ADDITION, "First the length, then the first digit, at last the units."),
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
                name="reverse-long",
                title="Reversing up to 20 letters, with attention",
                task="reverse-long",
                architecture="attention",
                units=64,
                num_samples=8_000,
                epochs=12,
            ),
            "Watch where it looks: once it has found the diagonal, the letters come right, the longest strings last.",
        ),
        Preset(
            replace(
                _ADDITION,
                name="by-heart",
                title="Learning by heart: 300 of these phrases",
                task="phrases",
                num_samples=300,
                validation_split=0.2,
                batch_size=32,
                epochs=40,
                length_buckets=3,
            ),
            # measured: 240 of 240, 0 of 60, and the held-out loss lowest at half time
            "It comes to write all that it was trained on, and hardly one of the others: too few to find the grammar. "
            "Watch the held-out loss turn up.",
        ),
        Preset(
            replace(
                _ADDITION,
                name="english-french",
                title="English → French, the first 3,000 pairs of manythings.org",
                task="pairs",
                languages="en-fr",
                num_samples=3_000,
                validation_split=0.1,
                epochs=20,
                length_buckets=3,
            ),
            "The tutorial’s own data: watch it memorise, and the held-out loss turn up.",
        ),
    )
}
