"""The code view: a config as a Keras script that stands alone, in the style of the tutorial's own.

The script is put together from blocks of text, one choice of the config a block, so that it holds what its network
and recipe need and nothing else: no option, no branch that is never taken.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from string import Template

from ..config import ModelConfig
from ..data.cleaning import MAX_SOURCE, MAX_TARGET, MIN_COUNT
from ..recipes import CONFIGS

WIDTH = 100  # columns of the docstring; no line of a script is longer than 110


def keras_script(config: ModelConfig) -> str:
    """A complete Keras 3 script that trains exactly this network with this recipe, saves it and decodes sentences.

    It imports Keras and NumPy, not this package, and reads `fra.txt`, or for a generated task the `pairs.tsv` that
    `seq2seq data` writes. Its sizes are constants at the top. `s2s_model.keras`, which it writes, opens here.

    Source: the Keras ten-minute introduction to seq2seq and the script that goes with it (lstm_seq2seq).
    """
    sections = [
        "\n".join(section(config)) for section in (_imports, _constants, _read, _tokens, _arrays, _network, _training)
    ]
    sections.append("\n".join(_decode_repeated(config) if _repeats(config) else _decode_stepwise(config)))
    words = {
        "CELL": config.cell.upper(),
        "decoder_cell": f"decoder_{config.cell}",
        "token": config.level,
        "read": _what_is_read(config, "encoder"),
        "decoder_read": _what_is_read(config, "decoder"),
        "num_training": "NUM_TRAINING" if config.task != "pairs" else "num_training",
        "softmax_name": ', name="softmax"' if config.optimizer == "muon" else "",
        "trained": "model" if config.teacher_forcing else "training_model",
    }
    return _docstring(config) + Template("\n\n".join(sections)).substitute(words) + "\n"


def _repeats(config: ModelConfig) -> bool:
    return config.architecture == "repeat_vector"


def _attends(config: ModelConfig) -> bool:
    return config.architecture == "attention"


def _words(config: ModelConfig) -> bool:
    return config.level == "word"


def _held_out_last(config: ModelConfig) -> bool:
    """Keras' own validation_split does what the config asks for."""
    return config.task == "pairs" and config.split == "last" and not config.clean


def _optimizer_by_name(config: ModelConfig) -> bool:
    """It is the one that Keras makes from its name."""
    as_keras_has_it = config.learning_rate == 1e-3 and config.schedule == "constant" and config.clipnorm is None
    return as_keras_has_it and config.optimizer != "muon"


def _what_is_read(config: ModelConfig, side: str) -> str:
    """The variable that a side's first recurrent layer reads."""
    if _words(config):
        return f"{side}_embedded"
    return "encoder_masked" if side == "encoder" and config.source_padding == "mask" else f"{side}_inputs"


def _docstring(config: ModelConfig) -> str:
    cell = config.cell.upper()
    unit = f"{config.layers} {cell} layers" if config.layers > 1 else f"{'an' if cell == 'LSTM' else 'a'} {cell}"
    states = "the states" if config.layers > 1 else "the two states" if cell == "LSTM" else "the state"
    if _repeats(config):
        how = (
            f"An encoder, {unit}, reads the source {config.level} by {config.level}. Its last output is repeated, once "
            f"for every {config.level} of the target, and a decoder, again {unit}, turns the copies into the target."
        )
    else:
        both = " in both directions" if _attends(config) else ""
        how = (
            f"An encoder, {unit}, reads the source {config.level} by {config.level}{both}. A decoder, again {unit}, "
            f"starts from {states} the encoder ends with, and is trained to predict each next {config.level} of the "
            "target. "
        )
        if _attends(config):
            how += "At every step it looks back at all the encoder's outputs (“attention”). "
        if config.teacher_forcing:
            how += f"While training, it reads the right {config.level}s up to there (“teacher forcing”)."
        else:
            how += "There is no teacher forcing: while training, too, it reads what it wrote itself."
    if config.task == "pairs":
        data = "Data: fra.txt, out of fra-eng.zip from https://www.manythings.org/anki/, beside this script."
    else:
        data = (
            "Data: pairs.tsv beside this script, first the training pairs, then those held out. This writes it:\n"
            f"    seq2seq data --config {_config_of_data(config)} --out pairs.tsv"
        )
    title, how = (textwrap.fill(text, WIDTH, break_on_hyphens=False) for text in (_plain(config.title), how))
    return f'"""{title}\n\n{how}\n\n{data}\n"""\n\n'


def _config_of_data(config: ModelConfig) -> str:
    """What `seq2seq data --config` takes for this data: a name, or else the file that every checkpoint has."""
    named = CONFIGS.get(config.name)
    data = ("task", "num_samples", "validation_split", "seed")
    if named is None or any(getattr(named, field) != getattr(config, field) for field in data):
        return "config.json"
    return config.name


def _plain(text: str) -> str:
    """A title that a config.json may have from anywhere, as text that cannot end a docstring."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.replace("\\", "/").replace('"', "'").split())


def _imports(config: ModelConfig) -> Iterator[str]:
    if config.schedule == "cosine":
        yield "import math"
    if config.task == "pairs" and config.split == "source":
        yield "import random"
    if _words(config) or config.clean:
        yield "import re"
    if config.task == "pairs":
        yield "import unicodedata"
    if _words(config) or config.clean:
        yield "from collections import Counter"
    yield "from pathlib import Path"
    yield ""
    yield "import keras"
    yield "import numpy as np"


def _constants(config: ModelConfig) -> Iterator[str]:
    yield f"BATCH_SIZE = {config.batch_size}  # Batch size for training."
    yield f"EPOCHS = {config.epochs}  # Number of epochs to train for."
    if not _optimizer_by_name(config):
        peak = " at the start" if config.schedule == "cosine" else ""
        yield f"LEARNING_RATE = {config.learning_rate!r}  # Step size of the optimizer{peak}."
    if config.clipnorm is not None:
        yield f"CLIPNORM = {config.clipnorm!r}  # No weight's gradient is longer than this."
    yield f"LATENT_DIM = {config.units}  # Latent dimensionality of the encoding space."
    if config.layers > 1 or _attends(config):
        yield f"NUM_LAYERS = {config.layers}  # $CELL layers of the encoder, and of the decoder."
    if config.dropout:
        yield f"DROPOUT = {config.dropout!r}  # Share of the numbers between layers that is zeroed while training."
    if config.task != "pairs":
        assert config.num_samples is not None
        held_out = max(1, round(config.num_samples * config.validation_split))
        yield f"NUM_TRAINING = {config.num_samples - held_out}  # So many pairs are trained on; the rest is held out."
    elif config.num_samples is not None:
        yield f"NUM_SAMPLES = {config.num_samples}  # Number of samples to train on."
    if config.task == "pairs":
        yield f"VALIDATION_SPLIT = {config.validation_split!r}  # Share of the samples that is held out."
    if _words(config):
        yield f"MAX_WORDS = {config.max_words}  # The most frequent so many words, of each language."
    yield "NUM_DECODED = 10  # Number of sentences to decode in the end."
    yield f"SEED = {config.seed}  # Of everything random."
    yield "# Path to the data file on disk."
    yield f'DATA_PATH = "{"fra.txt" if config.task == "pairs" else "pairs.tsv"}"'


def _read(config: ModelConfig) -> Iterator[str]:
    yield "keras.utils.set_random_seed(SEED)"
    yield ""
    yield "# Vectorize the data."
    yield "input_texts = []"
    yield "target_texts = []"
    if not _words(config):
        yield "input_characters = set()"
        yield "target_characters = set()"
    if config.task == "pairs":
        yield "# In the NFC form of Unicode an accented letter is one character."
        yield 'text = unicodedata.normalize("NFC", Path(DATA_PATH).read_text(encoding="utf-8"))'
    else:
        yield 'text = Path(DATA_PATH).read_text(encoding="utf-8")'
    yield r'lines = [line for line in text.split("\n") if line.strip()]'
    if config.task == "pairs":
        yield f"for line in {'lines' if config.num_samples is None else 'lines[:NUM_SAMPLES]'}:"
        yield "    # Since 2020 the file has a third column, the attribution, which we discard."
        yield r'    input_text, target_text = line.split("\t")[:2]'
    else:
        yield "for line in lines:"
        yield r'    input_text, target_text = line.split("\t")'
    if not _words(config):
        yield r'    # We use "tab" as the "start sequence" character'
        yield r'    # for the targets, and "\n" as "end sequence" character.'
        yield r'    target_text = "\t" + target_text + "\n"'
    yield "    input_texts.append(input_text)"
    yield "    target_texts.append(target_text)"
    if not _words(config):
        yield "    input_characters.update(input_text)"
        yield "    target_characters.update(target_text)"
    if config.task == "pairs" and config.split == "source":
        yield _HOLD_OUT_SOURCES
    if config.clean:
        yield from _clean(config)


def _clean(config: ModelConfig) -> Iterator[str]:
    if config.split == "last":
        yield "num_training = int(len(input_texts) * (1 - VALIDATION_SPLIT))"
    target = 're.sub(r"(?<=\\w)(?=[!?;])", " ", plain(text))'
    framed = target if _words(config) else f'"\\t" + {target} + "\\n"'
    longest = MAX_TARGET if _words(config) else MAX_TARGET + 2
    yield f"""

# Clean the pairs: one kind of space and of apostrophe, and a space before French marks.
def plain(text):
    text = re.sub("[\\u00ad\\u200b]", "", text)
    text = re.sub("[\\u00a0\\u2009\\u202f ]+", " ", text)
    return text.translate(str.maketrans("\\u2019\\u2018\\u2010", "''-")).strip()


input_texts = [plain(text) for text in input_texts]
target_texts = [{framed} for text in target_texts]
# Leave out what is very long, or has a character that hardly ever occurs.
is_short = [
    len(input_text) <= {MAX_SOURCE} and len(target_text) <= {longest}
    for input_text, target_text in zip(input_texts, target_texts, strict=True)
]
is_kept = is_short
for texts in (input_texts, target_texts):
    counts = Counter(char for text, short in zip(texts, is_short, strict=True) if short for char in text)
    is_kept = [
        kept and all(counts[char] >= {MIN_COUNT} for char in text) for text, kept in zip(texts, is_kept, strict=True)
    ]
num_training = sum(is_kept[:num_training])
input_texts = [text for text, kept in zip(input_texts, is_kept, strict=True) if kept]
target_texts = [text for text, kept in zip(target_texts, is_kept, strict=True) if kept]"""
    if not _words(config):
        yield 'input_characters = set("".join(input_texts))'
        yield 'target_characters = set("".join(target_texts))'


_HOLD_OUT_SOURCES = """
# Hold out whole input sentences, so that none is trained on with one translation
# and validated with another. The training pairs come first, then those held out.
sentences = list(dict.fromkeys(input_texts))
random.Random(SEED).shuffle(sentences)
held_out = set(sentences[: round(len(sentences) * VALIDATION_SPLIT)])
order = sorted(range(len(input_texts)), key=lambda i: input_texts[i] in held_out)
input_texts = [input_texts[i] for i in order]
target_texts = [target_texts[i] for i in order]
num_training = sum(text not in held_out for text in input_texts)"""


def _tokens(config: ModelConfig) -> Iterator[str]:
    yield _WORD_TOKENS if _words(config) else _CHARACTER_TOKENS
    yield _TOKEN_INDEX


_CHARACTER_TOKENS = """\
input_tokens = sorted(input_characters)
target_tokens = sorted(target_characters)
max_encoder_seq_length = max(len(text) for text in input_texts)
max_decoder_seq_length = max(len(text) for text in target_texts)"""

_WORD_TOKENS = r"""# A word with the white space before it (so that words joined are the text again), a mark,
# or more white space. An apostrophe ends a word: l'|eau, n'|est.
split_words = re.compile(r"\s?\w+['’]?|\s?[^\w\s]|\s+").findall
input_sentences = [split_words(text) for text in input_texts]
# We use "tab" as the "start sequence" word for the targets, and "\n" as "end sequence" word.
target_sentences = [["\t", *split_words(text), "\n"] for text in target_texts]


def most_frequent_words(sentences, special_tokens):
    counts = Counter(word for sentence in sentences for word in sentence)
    words = sorted(set(counts) - set(special_tokens), key=lambda word: (-counts[word], word))
    return [*special_tokens, *words][:MAX_WORDS]


# Index 0 is padding, index 1 stands for every word that is not among the most frequent.
input_tokens = most_frequent_words(input_sentences, ["<pad>", "<unk>"])
target_tokens = most_frequent_words(target_sentences, ["<pad>", "<unk>", "\t", "\n"])
max_encoder_seq_length = max(len(sentence) for sentence in input_sentences)
max_decoder_seq_length = max(len(sentence) for sentence in target_sentences)"""

_TOKEN_INDEX = """\
num_encoder_tokens = len(input_tokens)
num_decoder_tokens = len(target_tokens)

print("Number of samples:", len(input_texts))
print("Number of unique input tokens:", num_encoder_tokens)
print("Number of unique output tokens:", num_decoder_tokens)
print("Max sequence length for inputs:", max_encoder_seq_length)
print("Max sequence length for outputs:", max_decoder_seq_length)

input_token_index = {token: i for i, token in enumerate(input_tokens)}
target_token_index = {token: i for i, token in enumerate(target_tokens)}"""


def _arrays(config: ModelConfig) -> Iterator[str]:
    words = _words(config)
    reads_target = config.teacher_forcing and not _repeats(config)
    steps = "max_decoder_seq_length" if reads_target else "num_decoder_steps"
    if not reads_target:
        yield "# What the decoder writes: the target and its end, without the start."
        yield "num_decoder_steps = max_decoder_seq_length - 1"
    for side, length, size in (
        ("encoder", "max_encoder_seq_length", "num_encoder_tokens"),
        ("decoder", steps, "num_decoder_tokens"),
    ):
        if side == "decoder" and _repeats(config):
            continue
        if words:
            yield f'{side}_input_data = np.zeros((len(input_texts), {length}), dtype="int32")'
        else:
            yield f"{side}_input_data = np.zeros("
            yield f"    (len(input_texts), {length}, {size}),"
            yield '    dtype="float32",'
            yield ")"
    yield "# The targets are indices: the loss needs no one-hot vectors."
    yield f'decoder_target_data = np.zeros((len(input_texts), {steps}), dtype="int32")'
    yield "# 1 where the target is, 0 at the padding behind it, which must not count in the loss."
    yield f'sample_weight = np.zeros((len(input_texts), {steps}), dtype="float32")'
    yield ""

    sequences = "sentence" if words else "text"
    token = "word" if words else "char"
    yield (
        f"for i, (input_{sequences}, target_{sequences}) in "
        f"enumerate(zip(input_{sequences}s, target_{sequences}s, strict=True)):"
    )
    if config.reverse_source:
        yield "    # The encoder reads the input backwards: its beginning, which the decoder"
        yield "    # needs first, is then what was read last (Sutskever et al. 2014)."
    order = f"reversed(input_{sequences})" if config.reverse_source else f"input_{sequences}"
    yield f"    for t, {token} in enumerate({order}):"
    if words:
        yield "        encoder_input_data[i, t] = input_token_index.get(word, 1)"
    else:
        yield "        encoder_input_data[i, t, input_token_index[char]] = 1.0"
    if config.source_padding == "space":
        yield '    encoder_input_data[i, t + 1 :, input_token_index[" "]] = 1.0'
    index = "target_token_index.get(word, 1)" if words else "target_token_index[char]"
    if reads_target:
        yield f"    for t, {token} in enumerate(target_{sequences}):"
        yield "        # decoder_target_data is ahead of decoder_input_data by one timestep"
        yield f"        decoder_input_data[i, t{'] =' if words else ','} {index}{'' if words else '] = 1.0'}"
        yield "        if t > 0:"
        yield "            # decoder_target_data will be ahead by one timestep"
        yield "            # and will not include the start $token."
        yield f"            decoder_target_data[i, t - 1] = {index}"
        yield "            sample_weight[i, t - 1] = 1.0"
        return
    yield f"    for t, {token} in enumerate(target_{sequences}[1:]):"
    yield f"        decoder_target_data[i, t] = {index}"
    yield "        sample_weight[i, t] = 1.0"
    if not _repeats(config):
        yield "# The decoder is given the start $token only: from there on it reads what it wrote itself."
        yield r'decoder_input_data[:, 0, target_token_index["\t"]] = 1.0'


def _network(config: ModelConfig) -> Iterator[str]:
    yield "# Define an input sequence and process it."
    if _words(config):
        yield 'encoder_inputs = keras.Input(shape=(None,), dtype="int32")'
        yield "# The padding behind a sentence is masked: it leaves the encoder's state as it is."
        yield "encoder_embedding = keras.layers.Embedding(num_encoder_tokens, LATENT_DIM, mask_zero=True)"
        yield "encoder_embedded = encoder_embedding(encoder_inputs)"
    else:
        yield "encoder_inputs = keras.Input(shape=(None, num_encoder_tokens))"
        if config.source_padding == "mask":
            yield "# The padding, all zeros, is masked: it leaves the encoder's state as it is."
            yield "encoder_masked = keras.layers.Masking()(encoder_inputs)"
    if _repeats(config):
        yield _REPEAT_VECTOR if config.layers == 1 else _REPEAT_VECTOR_STACK
        return
    stack = config.layers > 1
    if _attends(config):
        yield from _attention_network(config)
        return
    lstm = config.cell == "lstm"
    yield (_LSTM_STACK_ENCODER if lstm else _GRU_STACK_ENCODER) if stack else _LSTM_ENCODER if lstm else _GRU_ENCODER
    yield ""
    yield f"# Set up the decoder, using {'`encoder_states`' if lstm or stack else '`state_h`'} as initial state."
    if _words(config):
        yield 'decoder_inputs = keras.Input(shape=(None,), dtype="int32")'
        yield "decoder_embedding = keras.layers.Embedding(num_decoder_tokens, LATENT_DIM)"
        yield "decoder_embedded = decoder_embedding(decoder_inputs)"
    else:
        yield "decoder_inputs = keras.Input(shape=(None, num_decoder_tokens))"
    yield ""
    yield (_LSTM_STACK_DECODER if lstm else _GRU_STACK_DECODER) if stack else _LSTM_DECODER if lstm else _GRU_DECODER
    yield ""
    yield "# Define the model that will turn"
    yield "# `encoder_input_data` & `decoder_input_data` into `decoder_target_data`"
    yield "model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)"
    if not config.teacher_forcing:
        yield _feedback(config)


def _attention_network(config: ModelConfig) -> Iterator[str]:
    lstm = config.cell == "lstm"
    yield "x = $read"
    yield "# Each layer reads in both directions. We keep the states that each direction ends with, side by"
    yield "# side: the decoder's layer of the same level, twice as wide, starts from them."
    yield "encoder_states = []"
    between = bool(config.dropout) and config.layers > 1
    yield f"for {'level' if between else '_'} in range(NUM_LAYERS):"
    yield "    encoder = keras.layers.Bidirectional("
    yield "        keras.layers.$CELL(LATENT_DIM, return_sequences=True, return_state=True)"
    yield "    )"
    if lstm:
        yield "    x, forward_h, forward_c, backward_h, backward_c = encoder(x)"
        yield "    state_h = keras.layers.Concatenate()([forward_h, backward_h])"
        yield "    state_c = keras.layers.Concatenate()([forward_c, backward_c])"
        yield "    encoder_states.append([state_h, state_c])"
    else:
        yield "    x, forward_h, backward_h = encoder(x)"
        yield "    encoder_states.append(keras.layers.Concatenate()([forward_h, backward_h]))"
    if between:
        yield "    if level < NUM_LAYERS - 1:"
        yield "        x = keras.layers.SpatialDropout1D(DROPOUT)(x)"
    yield "# Here we keep the outputs, too: this is what the decoder will look back at."
    yield "encoder_outputs = x"
    yield ""
    yield "# Set up the decoder, using `encoder_states` as initial state."
    if _words(config):
        yield 'decoder_inputs = keras.Input(shape=(None,), dtype="int32")'
        yield "decoder_embedding = keras.layers.Embedding(num_decoder_tokens, LATENT_DIM)"
        yield "decoder_embedded = decoder_embedding(decoder_inputs)"
    else:
        yield "decoder_inputs = keras.Input(shape=(None, num_decoder_tokens))"
    yield ""
    yield "decoder_layers = ["
    yield "    keras.layers.$CELL(2 * LATENT_DIM, return_sequences=True, return_state=True) for _ in range(NUM_LAYERS)"
    yield "]"
    yield "query_dense = keras.layers.Dense(2 * LATENT_DIM, use_bias=False)"
    yield "query_scale = keras.layers.Rescaling((2 * LATENT_DIM) ** -0.5)"
    yield "attention = keras.layers.Attention()"
    yield 'decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax"$softmax_name)'
    yield "\n"
    yield "def decode(x, states, memory):"
    yield "    # The bottom layer asks; everything above it reads its own below and the answer, side by side."
    yield "    new_states = []"
    yield "    for level, $decoder_cell in enumerate(decoder_layers):"
    if lstm:
        yield "        x, state_h, state_c = $decoder_cell(x, initial_state=states[level])"
        yield "        new_states.append([state_h, state_c])"
    else:
        yield "        x, state_h = $decoder_cell(x, initial_state=states[level])"
        yield "        new_states.append(state_h)"
    yield "        if level == 0:"
    yield "            context = attention([query_scale(query_dense(x)), memory])"
    yield "        x = keras.layers.Concatenate()([x, context])"
    if config.dropout:
        yield "        x = keras.layers.SpatialDropout1D(DROPOUT)(x)"
    yield "    return decoder_dense(x), new_states"
    yield "\n"
    yield "decoder_outputs, _ = decode($decoder_read, encoder_states, encoder_outputs)"
    yield ""
    yield "# Define the model that will turn"
    yield "# `encoder_input_data` & `decoder_input_data` into `decoder_target_data`"
    yield "model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)"


_LSTM_ENCODER = """\
encoder = keras.layers.LSTM(LATENT_DIM, return_state=True)
encoder_outputs, state_h, state_c = encoder($read)

# We discard `encoder_outputs` and only keep the states.
encoder_states = [state_h, state_c]"""

_GRU_ENCODER = """\
encoder = keras.layers.GRU(LATENT_DIM, return_state=True)
# We discard `encoder_outputs` and only keep the state: a GRU has one, where an LSTM has two.
encoder_outputs, state_h = encoder($read)"""

_LSTM_STACK_ENCODER = """\
x = $read
# We keep the states that each layer ends with: the decoder's layer of the same level starts from them.
encoder_states = []
for level in range(NUM_LAYERS):
    # The layer above reads all outputs; those of the top layer are discarded.
    is_top = level == NUM_LAYERS - 1
    encoder = keras.layers.LSTM(LATENT_DIM, return_sequences=not is_top, return_state=True)
    x, state_h, state_c = encoder(x)
    encoder_states.append([state_h, state_c])"""

_GRU_STACK_ENCODER = """\
x = $read
# We keep the state that each layer ends with: the decoder's layer of the same level starts from it.
encoder_states = []
for level in range(NUM_LAYERS):
    # The layer above reads all outputs; those of the top layer are discarded.
    is_top = level == NUM_LAYERS - 1
    encoder = keras.layers.GRU(LATENT_DIM, return_sequences=not is_top, return_state=True)
    x, state_h = encoder(x)
    encoder_states.append(state_h)"""

_LSTM_DECODER = """\
# We set up our decoder to return full output sequences,
# and to return internal states as well. We don't use the
# return states in the training model, but we will use them in inference.
decoder_lstm = keras.layers.LSTM(LATENT_DIM, return_sequences=True, return_state=True)
decoder_outputs, _, _ = decoder_lstm($decoder_read, initial_state=encoder_states)
decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax"$softmax_name)
decoder_outputs = decoder_dense(decoder_outputs)"""

_GRU_DECODER = """\
# We set up our decoder to return full output sequences,
# and to return its internal state as well. We don't use the
# return state in the training model, but we will use it in inference.
decoder_gru = keras.layers.GRU(LATENT_DIM, return_sequences=True, return_state=True)
decoder_outputs, _ = decoder_gru($decoder_read, initial_state=state_h)
decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax"$softmax_name)
decoder_outputs = decoder_dense(decoder_outputs)"""

_LSTM_STACK_DECODER = """\
# We set up our decoder to return full output sequences,
# and to return internal states as well. We don't use the
# return states in the training model, but we will use them in inference.
decoder_layers = []
x = $decoder_read
for states in encoder_states:
    decoder_lstm = keras.layers.LSTM(LATENT_DIM, return_sequences=True, return_state=True)
    x, _, _ = decoder_lstm(x, initial_state=states)
    decoder_layers.append(decoder_lstm)
decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax"$softmax_name)
decoder_outputs = decoder_dense(x)"""

_GRU_STACK_DECODER = """\
# We set up our decoder to return full output sequences,
# and to return internal states as well. We don't use the
# return states in the training model, but we will use them in inference.
decoder_layers = []
x = $decoder_read
for state in encoder_states:
    decoder_gru = keras.layers.GRU(LATENT_DIM, return_sequences=True, return_state=True)
    x, _ = decoder_gru(x, initial_state=state)
    decoder_layers.append(decoder_gru)
decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax"$softmax_name)
decoder_outputs = decoder_dense(x)"""

_REPEAT_VECTOR = """\
encoder = keras.layers.$CELL(LATENT_DIM)
encoded = encoder($read)

# The decoder reads the encoder's last output at every step. No $token is fed back.
repeated = keras.layers.RepeatVector(num_decoder_steps)(encoded)
$decoder_cell = keras.layers.$CELL(LATENT_DIM, return_sequences=True)
decoder_outputs = $decoder_cell(repeated)
decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax"$softmax_name)
decoder_outputs = decoder_dense(decoder_outputs)

# Define the model that will turn `encoder_input_data` into `decoder_target_data`
model = keras.Model(encoder_inputs, decoder_outputs)"""

_REPEAT_VECTOR_STACK = """\
x = $read
for level in range(NUM_LAYERS):
    # The layer above reads all outputs; of the top layer we keep the last one only.
    is_top = level == NUM_LAYERS - 1
    x = keras.layers.$CELL(LATENT_DIM, return_sequences=not is_top)(x)

# The decoder reads the encoder's last output at every step. No $token is fed back.
x = keras.layers.RepeatVector(num_decoder_steps)(x)
for _ in range(NUM_LAYERS):
    x = keras.layers.$CELL(LATENT_DIM, return_sequences=True)(x)
decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax"$softmax_name)
decoder_outputs = decoder_dense(x)

# Define the model that will turn `encoder_input_data` into `decoder_target_data`
model = keras.Model(encoder_inputs, decoder_outputs)"""


def _feedback(config: ModelConfig) -> str:
    """The recurrent cell that reads its own softmax, and the model that is trained with it."""
    lstm = config.cell == "lstm"
    if config.layers == 1:
        made_of, parts, step = "cell", "$decoder_cell.cell", _LSTM_STEP if lstm else _GRU_STEP
        sizes = "[LATENT_DIM, LATENT_DIM, num_decoder_tokens]" if lstm else "[LATENT_DIM, num_decoder_tokens]"
        states = "*encoder_states" if lstm else "state_h"
    else:
        made_of, parts = "cells", "[layer.cell for layer in decoder_layers]"
        step = _LSTM_STACK_STEP if lstm else _GRU_STACK_STEP
        sizes = f"[LATENT_DIM] * {'2 * ' if lstm else ''}NUM_LAYERS + [num_decoder_tokens]"
        states = "*(state for pair in encoder_states for state in pair)" if lstm else "*encoder_states"
    return f'''

class FeedbackCell(keras.layers.Layer):
    """One step of the decoder that reads the softmax of the step before, kept as one more state."""

    def __init__(self, {made_of}, dense):
        super().__init__()
        self.{made_of} = {made_of}
        self.dense = dense
        self.state_size = {sizes}
        self.output_size = num_decoder_tokens

    def call(self, inputs, states):
        # `inputs` only counts the steps and is not read.
{textwrap.indent(step, " " * 8)}


# The model that is trained: the same layers and weights, but the decoder's own softmax
# is its next input, with the gradient through it. First comes the start character.
feedback_cell = FeedbackCell({parts}, decoder_dense)
feedback_layer = keras.layers.RNN(feedback_cell, return_sequences=True)
feedback_states = [{states}, decoder_inputs[:, 0]]
feedback_outputs = feedback_layer(decoder_inputs, initial_state=feedback_states)
training_model = keras.Model([encoder_inputs, decoder_inputs], feedback_outputs)'''


_LSTM_STEP = """\
h, c, softmax = states
output, [h, c] = self.cell(softmax, [h, c])
softmax = self.dense(output)
return softmax, [h, c, softmax]"""

_GRU_STEP = """\
h, softmax = states
output, [h] = self.cell(softmax, [h])
softmax = self.dense(output)
return softmax, [h, softmax]"""

_LSTM_STACK_STEP = """\
*states, x = states
new_states = []
for level, cell in enumerate(self.cells):
    x, [h, c] = cell(x, states[2 * level : 2 * level + 2])
    new_states += [h, c]
softmax = self.dense(x)
return softmax, [*new_states, softmax]"""

_GRU_STACK_STEP = """\
*states, x = states
new_states = []
for cell, h in zip(self.cells, states, strict=True):
    x, [new_h] = cell(x, [h])
    new_states.append(new_h)
softmax = self.dense(x)
return softmax, [*new_states, softmax]"""


def _training(config: ModelConfig) -> Iterator[str]:
    rate = "LEARNING_RATE"
    if config.schedule == "cosine":
        rate = "learning_rate"
        yield "# The learning rate falls along a cosine, over all training steps, to a hundredth."
        if _held_out_last(config):
            yield "num_training = int(len(input_texts) * (1 - VALIDATION_SPLIT))"
        yield "num_steps = EPOCHS * math.ceil($num_training / BATCH_SIZE)"
        yield "learning_rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, num_steps, alpha=0.01)"
        yield ""
    clip = "" if config.clipnorm is None else ", clipnorm=CLIPNORM"
    if config.optimizer == "muon":
        yield "# Muon for the matrices inside, Adam for the rest; no weight decays."
        yield "optimizer = keras.optimizers.Muon("
        yield f'    {rate}{clip}, exclude_layers=["softmax"], weight_decay=None, adam_weight_decay=None'
        yield ")"
        optimizer = "optimizer"
    elif _optimizer_by_name(config):
        optimizer = f'"{config.optimizer}"'
    else:
        kind = {"rmsprop": "RMSprop", "adam": "Adam"}[config.optimizer]
        optimizer = f"keras.optimizers.{kind}({rate}{clip})"
    yield "$trained.compile("
    yield f"    optimizer={optimizer},"
    yield "    # The categorical crossentropy of targets that are indices, averaged over the real"
    yield "    # ${token}s only: all that has weight 0 is left out."
    yield '    loss=keras.losses.SparseCategoricalCrossentropy(reduction="mean_with_sample_weight"),'
    yield '    weighted_metrics=["accuracy"],'
    yield ")"
    if config.length_buckets > 1:
        yield "# Seq2Seq Lab also puts targets of similar length into a batch, so that less padding is computed:"
        yield "# that changes the speed only."

    inputs = ["encoder_input_data"] if _repeats(config) else ["encoder_input_data", "decoder_input_data"]

    def rows(which: str) -> str:
        arrays = [f"{name}{which}" for name in inputs]
        return arrays[0] if len(arrays) == 1 else f"[{', '.join(arrays)}]"

    train, held_out = ("", "") if _held_out_last(config) else ("[:$num_training]", "[$num_training:]")
    yield "$trained.fit("
    yield f"    {rows(train)},"
    yield f"    decoder_target_data{train},"
    yield f"    sample_weight=sample_weight{train},"
    yield "    batch_size=BATCH_SIZE,"
    yield "    epochs=EPOCHS,"
    if _held_out_last(config):
        yield "    validation_split=VALIDATION_SPLIT,"
    else:
        yield "    validation_data=("
        yield f"        {rows(held_out)},"
        yield f"        decoder_target_data{held_out},"
        yield f"        sample_weight{held_out},"
        yield "    ),"
    yield "    # Never stops early, but ends with the weights of the best epoch."
    best = f'keras.callbacks.EarlyStopping("{config.monitor}", patience=EPOCHS, restore_best_weights=True)'
    yield f"    callbacks=[{best}],"
    yield ")"
    yield "# Save model"
    yield 'model.save("s2s_model.keras")'


def _decode_repeated(config: ModelConfig) -> Iterator[str]:
    yield from _inference_title()
    yield _REPEATED_LOOP
    yield from _examples(config)


def _decode_stepwise(config: ModelConfig) -> Iterator[str]:
    yield from _inference_title()
    yield _INFERENCE_STEPS
    stack, lstm, words = config.layers > 1, config.cell == "lstm", _words(config)
    attends = _attends(config)
    if _attends(config):
        yield _LSTM_ATTENTION_SAMPLING if lstm else _GRU_ATTENTION_SAMPLING
    elif stack:
        yield _LSTM_STACK_SAMPLING if lstm else _GRU_STACK_SAMPLING
    else:
        yield _LSTM_SAMPLING if lstm else _GRU_SAMPLING
    one = "    target_seq[0, 0] = {}" if words else "    target_seq[0, 0, {}] = 1.0"
    empty = 'np.zeros((1, 1), dtype="int32")' if words else "np.zeros((1, 1, num_decoder_tokens))"
    yield "\n"
    yield "def decode_sequence(input_seq):"
    if attends:
        if config.source_padding == "mask":
            yield "    # Leave out the padding, which must not be looked at."
            length = "np.count_nonzero(input_seq)"  # of a one-hot vector one number is not zero, of an id the id
            yield f"    input_seq = input_seq[:, : {length}]"
        yield "    # Encode the input as outputs to look back at, and state vectors."
        yield "    memory_value, states_value = encoder_model.predict(input_seq, verbose=0)"
    else:
        yield f"    # Encode the input as {'state vectors' if stack or lstm else 'a state vector'}."
        yield "    states_value = encoder_model.predict(input_seq, verbose=0)"
    yield ""
    yield "    # Generate empty target sequence of length 1."
    yield f"    target_seq = {empty}"
    yield "    # Populate the first $token of target sequence with the start $token."
    yield one.format(r'target_token_index["\t"]')
    yield ""
    yield "    # Sampling loop for a batch of sequences"
    yield "    # (to simplify, here we assume a batch of size 1)."
    yield "    stop_condition = False"
    yield "    decoded_sentence = []" if words else '    decoded_sentence = ""'
    yield "    while not stop_condition:"
    if attends:
        yield "        output_tokens, states_value = decoder_model.predict("
        yield "            [target_seq, memory_value, states_value], verbose=0"
        yield "        )"
    elif stack or not lstm:
        yield "        output_tokens, states_value = decoder_model.predict([target_seq, states_value], verbose=0)"
    else:
        yield "        output_tokens, h, c = decoder_model.predict([target_seq, *states_value], verbose=0)"
    yield ""
    yield "        # Sample a token"
    yield "        sampled_token_index = np.argmax(output_tokens[0, -1, :])"
    sampled = "sampled_word" if words else "sampled_char"
    yield f"        {sampled} = target_tokens[sampled_token_index]"
    yield f"        decoded_sentence{'.append(sampled_word)' if words else ' += sampled_char'}"
    yield ""
    yield "        # Exit condition: either hit max length"
    yield "        # or find stop $token."
    yield f'        if {sampled} == "\\n" or len(decoded_sentence) > max_decoder_seq_length:'
    yield "            stop_condition = True"
    yield ""
    yield "        # Update the target sequence (of length 1)."
    yield f"        target_seq = {empty}"
    yield "    " + one.format("sampled_token_index")
    if lstm and not stack and not attends:
        yield ""
        yield "        # Update states"
        yield "        states_value = [h, c]"
    yield '    return "".join(decoded_sentence)' if words else "    return decoded_sentence"
    yield "\n"
    yield from _examples(config)


def _inference_title() -> Iterator[str]:
    yield "# Next: inference mode (sampling)."


_INFERENCE_STEPS = """\
# Here's the drill:
# 1) encode input and retrieve initial decoder state
# 2) run one step of decoder with this initial state
# and a "start of sequence" token as target.
# Output will be the next target token
# 3) Repeat with the current target token and current states

# Define sampling models"""

_LSTM_SAMPLING = """\
encoder_model = keras.Model(encoder_inputs, encoder_states)

decoder_state_input_h = keras.Input(shape=(LATENT_DIM,))
decoder_state_input_c = keras.Input(shape=(LATENT_DIM,))
decoder_states_inputs = [decoder_state_input_h, decoder_state_input_c]
decoder_outputs, state_h, state_c = decoder_lstm($decoder_read, initial_state=decoder_states_inputs)
decoder_states = [state_h, state_c]
decoder_outputs = decoder_dense(decoder_outputs)
decoder_model = keras.Model([decoder_inputs, *decoder_states_inputs], [decoder_outputs, *decoder_states])"""

_GRU_SAMPLING = """\
encoder_model = keras.Model(encoder_inputs, state_h)

decoder_state_input_h = keras.Input(shape=(LATENT_DIM,))
decoder_outputs, state_h = decoder_gru($decoder_read, initial_state=decoder_state_input_h)
decoder_outputs = decoder_dense(decoder_outputs)
decoder_model = keras.Model([decoder_inputs, decoder_state_input_h], [decoder_outputs, state_h])"""

_LSTM_STACK_SAMPLING = """\
encoder_model = keras.Model(encoder_inputs, encoder_states)

x = $decoder_read
decoder_states_inputs = []
decoder_states = []
for decoder_lstm in decoder_layers:
    states_inputs = [keras.Input(shape=(LATENT_DIM,)), keras.Input(shape=(LATENT_DIM,))]
    x, state_h, state_c = decoder_lstm(x, initial_state=states_inputs)
    decoder_states_inputs.append(states_inputs)
    decoder_states.append([state_h, state_c])
decoder_outputs = decoder_dense(x)
decoder_model = keras.Model([decoder_inputs, decoder_states_inputs], [decoder_outputs, decoder_states])"""

_GRU_STACK_SAMPLING = """\
encoder_model = keras.Model(encoder_inputs, encoder_states)

x = $decoder_read
decoder_states_inputs = []
decoder_states = []
for decoder_gru in decoder_layers:
    state_input = keras.Input(shape=(LATENT_DIM,))
    x, state_h = decoder_gru(x, initial_state=state_input)
    decoder_states_inputs.append(state_input)
    decoder_states.append(state_h)
decoder_outputs = decoder_dense(x)
decoder_model = keras.Model([decoder_inputs, decoder_states_inputs], [decoder_outputs, decoder_states])"""

_LSTM_ATTENTION_SAMPLING = """\
encoder_model = keras.Model(encoder_inputs, [encoder_outputs, encoder_states])

memory_input = keras.Input(shape=(None, 2 * LATENT_DIM))
decoder_states_inputs = [
    [keras.Input(shape=(2 * LATENT_DIM,)), keras.Input(shape=(2 * LATENT_DIM,))] for _ in range(NUM_LAYERS)
]
decoder_outputs, decoder_states = decode($decoder_read, decoder_states_inputs, memory_input)
decoder_model = keras.Model(
    [decoder_inputs, memory_input, decoder_states_inputs], [decoder_outputs, decoder_states]
)"""

_GRU_ATTENTION_SAMPLING = """\
encoder_model = keras.Model(encoder_inputs, [encoder_outputs, encoder_states])

memory_input = keras.Input(shape=(None, 2 * LATENT_DIM))
decoder_states_inputs = [keras.Input(shape=(2 * LATENT_DIM,)) for _ in range(NUM_LAYERS)]
decoder_outputs, decoder_states = decode($decoder_read, decoder_states_inputs, memory_input)
decoder_model = keras.Model(
    [decoder_inputs, memory_input, decoder_states_inputs], [decoder_outputs, decoder_states]
)"""

_REPEATED_LOOP = r"""# The model writes all steps at once: we take the most probable $token of each, up to the end.


def decode_sequence(input_seq):
    output_tokens = model.predict(input_seq, verbose=0)
    decoded_sentence = ""
    for sampled_token_index in np.argmax(output_tokens[0], axis=-1):
        sampled_token = target_tokens[sampled_token_index]
        # Exit condition: find stop $token.
        if sampled_token == "\n":
            break
        decoded_sentence += sampled_token
    return decoded_sentence

"""


def _examples(config: ModelConfig) -> Iterator[str]:
    if _held_out_last(config):
        yield "for seq_index in range(NUM_DECODED):"
        yield "    # Take one sequence (part of the training set)"
        yield "    # for trying out decoding."
    else:
        yield "for seq_index in range(len(input_texts) - NUM_DECODED, len(input_texts)):"
        yield "    # Take one sequence that was held out"
        yield "    # for trying out decoding."
    yield "    input_seq = encoder_input_data[seq_index : seq_index + 1]"
    yield "    decoded_sentence = decode_sequence(input_seq)"
    yield '    print("-")'
    yield '    print("Input sentence:", input_texts[seq_index])'
    yield '    print("Decoded sentence:", decoded_sentence)'
