## Imports, constants and the sentence pairs as arrays.
# % set from_all = config.vocabulary_from == "all"
# % set counted = "" if from_all else "[:num_training]"
# % set reads_target = claims.feeds_back and config.teacher_forcing
# % if claims.in_step
# % set steps = "max_encoder_seq_length"
# % else
# % set steps = "max_decoder_seq_length" if reads_target else "num_decoder_steps"
# % endif
# % include "keras_script/parts/imports.py"

BATCH_SIZE = {{config.batch_size}}  # Batch size for training.
EPOCHS = {{epochs}}  # Number of epochs to train for.
# % if not optimizer_name
LEARNING_RATE = {{config.learning_rate}}  # Step size of the optimizer.
# % endif
# % if config.clipnorm is not none
CLIPNORM = {{config.clipnorm}}  # No weight's gradient is longer than this.
# % endif
LATENT_DIM = {{config.units}}  # Latent dimensionality of the encoding space.
# % if stacked
NUM_LAYERS = {{config.layers}}  # Layers of the encoder, and of the decoder.
# % endif
# % if config.dropout
DROPOUT = {{config.dropout}}  # Share of the numbers between layers that is zeroed while training.
# % endif
# % if config.label_smoothing
LABEL_SMOOTHING = {{config.label_smoothing}}  # Share of each target that is spread over all tokens.
# % endif
# % if config.task == "pairs" and config.num_samples is not none
NUM_SAMPLES = {{config.num_samples}}  # Number of samples to train on.
# % endif
VALIDATION_SPLIT = {{config.validation_split}}  # Share of the samples that is held out.
# % if words
MAX_WORDS = {{config.max_words}}  # Size of each vocabulary, which takes the most frequent words.
# % endif
NUM_DECODED = 10  # Number of sentences to decode in the end.
SEED = {{config.seed}}  # Of everything random.
# % if config.languages == "en-fr"
# Path to the data file on disk: out of fra-eng.zip from https://www.manythings.org/anki/.
DATA_PATH = "fra.txt"
# % elif config.task == "pairs"
# Path to the data file on disk, in UTF-8: a source, a tab and a target on each line.
DATA_PATH = "pairs.tsv"
# % else
# Path to the data file on disk: the training pairs, then those held out. This writes it:
#     seq2seq data --config {{data_config}} --out pairs.tsv
DATA_PATH = "pairs.tsv"
# % endif

keras.utils.set_random_seed(SEED)

# Vectorize the data.
input_texts = []
target_texts = []
# % if not words and not config.clean and from_all
input_characters = set()
target_characters = set()
# % endif
# % if config.task == "pairs"
# In the NFC form of Unicode an accented letter is one character.
text = unicodedata.normalize("NFC", Path(DATA_PATH).read_text(encoding="utf-8"))
# % else
text = Path(DATA_PATH).read_text(encoding="utf-8")
# % endif
lines = [line for line in text.split("\n") if line.strip()]
# % if config.task == "pairs" and config.num_samples is not none
lines = lines[:NUM_SAMPLES]
# % endif
for line in lines:
    # % if config.task == "pairs"
    # Since 2020 the file has a third column, the attribution, which we discard.
    input_text, target_text = line.split("\t")[:2]
    # % else
    input_text, target_text = line.split("\t")
    # % endif
    # % if not words and not config.clean
    # We use "tab" as the "start sequence" character
    # for the targets, and "\n" as "end sequence" character.
    target_text = "\t" + target_text + "\n"
    # % endif
    input_texts.append(input_text)
    target_texts.append(target_text)
    # % if not words and not config.clean and from_all
    input_characters.update(input_text)
    target_characters.update(target_text)
    # % endif
# % if config.task != "pairs"
num_training = len(input_texts) - max(1, round(len(input_texts) * VALIDATION_SPLIT))
# % elif config.split == "source"

# Hold out whole input sentences, so that none is trained on with one translation
# and validated with another. The training pairs come first, then those held out.
sentences = list(dict.fromkeys(input_texts))
random.Random(SEED).shuffle(sentences)
held_out = set(sentences[: round(len(sentences) * VALIDATION_SPLIT)])
order = sorted(range(len(input_texts)), key=lambda i: input_texts[i] in held_out)
input_texts = [input_texts[i] for i in order]
target_texts = [target_texts[i] for i in order]
num_training = sum(text not in held_out for text in input_texts)
# % elif config.split == "hash"


# Hold out whole input sentences. Which ones is decided by the sentence alone, whatever else the file
# holds: by the hash of what is left without case, marks, accents, apostrophes and more than one space.
def fold(text):
    decomposed = unicodedata.normalize("NFKD", re.sub("['’‘´`ʼ′]", "", text).casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", letters).strip() or text.strip()


def is_held_out(text):
    digest = hashlib.blake2b(fold(text).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < VALIDATION_SPLIT * 2**64


# The training pairs come first, then those held out.
held_out = {text for text in set(input_texts) if is_held_out(text)}
order = sorted(range(len(input_texts)), key=lambda i: input_texts[i] in held_out)
input_texts = [input_texts[i] for i in order]
target_texts = [target_texts[i] for i in order]
num_training = sum(text not in held_out for text in input_texts)
# % elif config.clean or not from_all
num_training = int(len(input_texts) * (1 - VALIDATION_SPLIT))
# % endif
# % if config.clean


# Clean the pairs: one kind of space and of apostrophe, and a space before French marks.
def plain(text):
    text = re.sub("[\u00ad\u200b]", "", text)
    text = re.sub("[\u00a0\u2009\u202f ]+", " ", text)
    return text.translate(str.maketrans("\u2019\u2018\u2010", "''-")).strip()


input_texts = [plain(text) for text in input_texts]
target_texts = [re.sub(r"(?<=\w)(?=[!?;])", " ", plain(text)) for text in target_texts]
# Leave out what is very long, or has a character that hardly ever occurs.
is_short = [
    len(input_text) <= {{cleaning.MAX_SOURCE}} and len(target_text) <= {{cleaning.MAX_TARGET}}
    for input_text, target_text in zip(input_texts, target_texts, strict=True)
]
is_kept = is_short
for texts in (input_texts, target_texts):
    counts = Counter(char for text, short in zip(texts, is_short, strict=True) if short for char in text)
    rare = {char for char, count in counts.items() if count < {{cleaning.MIN_COUNT}}}
    is_kept = [kept and rare.isdisjoint(text) for text, kept in zip(texts, is_kept, strict=True)]
num_training = sum(is_kept[:num_training])
input_texts = [text for text, kept in zip(input_texts, is_kept, strict=True) if kept]
target_texts = [text for text, kept in zip(target_texts, is_kept, strict=True) if kept]
# % if config.swap
# The other way round. A sentence that is held out must not be learnt through another translation.
input_texts, target_texts = target_texts, input_texts
held_out = {fold(text) for text in input_texts[num_training:]}
order = [i for i, text in enumerate(input_texts) if i >= num_training or fold(text) not in held_out]
num_training = sum(i < num_training for i in order)
input_texts = [input_texts[i] for i in order]
target_texts = [target_texts[i] for i in order]
# % endif
# % if not words
# We use "tab" as the "start sequence" character
# for the targets, and "\n" as "end sequence" character.
target_texts = ["\t" + text + "\n" for text in target_texts]
# % endif
# % endif
# % if not words and (config.clean or not from_all)
# % if not from_all

# The characters of the training pairs: those of others would not be learnt.
# % endif
input_characters = set("".join({{"input_texts" + counted}}))
target_characters = set("".join({{"target_texts" + counted}}))
# % endif

# % if words
# A word with the white space before it (so that words joined are the text again), a mark,
# or more white space. An apostrophe ends a word: l'|eau, n'|est. What combines with a letter
# or joins two, as in Hindi and Tamil, belongs to the word.
COMBINING = "".join(char for char in map(chr, range(0x300, 0x1F000)) if unicodedata.category(char)[0] == "M")
COMBINING += "\u200c\u200d"
split_words = re.compile(rf"\s?\w+(?:[{COMBINING}]+\w*)*['’]?|\s?[^\w\s][{COMBINING}]*|\s+").findall
input_sentences = [split_words(text) for text in input_texts]
# We use "tab" as the "start sequence" word for the targets, and "\n" as "end sequence" word.
target_sentences = [["\t", *split_words(text), "\n"] for text in target_texts]


def most_frequent_words(sentences, special_tokens):
    counts = Counter(word for sentence in sentences for word in sentence)
    words = sorted(set(counts) - set(special_tokens), key=lambda word: (-counts[word], word))
    # % if from_all
    return [*special_tokens, *words][:MAX_WORDS]
    # % else
    # The rarest are left out, at least one word in a thousand, so that "<unk>" is learnt.
    num_wanted = {{unknown_share}} * sum(counts[word] for word in words)
    num_words = MAX_WORDS - len(special_tokens)
    num_unknown = sum(counts[word] for word in words[num_words:])
    words = words[:num_words]
    while num_unknown < num_wanted and len(words) > 1:
        num_unknown += counts[words.pop()]
    return [*special_tokens, *words]
    # % endif


# Index 0 is padding, index 1 stands for every word that is not among the most frequent.
input_tokens = most_frequent_words({{"input_sentences" + counted}}, ["<pad>", "<unk>"])
target_tokens = most_frequent_words({{"target_sentences" + counted}}, ["<pad>", "<unk>", "\t", "\n"])
max_encoder_seq_length = max(len(sentence) for sentence in input_sentences)
max_decoder_seq_length = max(len(sentence) for sentence in target_sentences)
# % else
input_tokens = sorted(input_characters)
target_tokens = sorted(target_characters)
max_encoder_seq_length = max(len(text) for text in input_texts)
max_decoder_seq_length = max(len(text) for text in target_texts)
# % endif
num_encoder_tokens = len(input_tokens)
num_decoder_tokens = len(target_tokens)

print("Number of samples:", len(input_texts))
print("Number of unique input tokens:", num_encoder_tokens)
print("Number of unique output tokens:", num_decoder_tokens)
print("Max sequence length for inputs:", max_encoder_seq_length)
print("Max sequence length for outputs:", max_decoder_seq_length)

input_token_index = {token: i for i, token in enumerate(input_tokens)}
target_token_index = {token: i for i, token in enumerate(target_tokens)}

# % if not reads_target and not claims.in_step
# What the decoder writes: the target and its end, without the start.
num_decoder_steps = max_decoder_seq_length - 1
# % endif
# % if words
encoder_input_data = np.zeros((len(input_texts), max_encoder_seq_length), dtype="int32")
# % if claims.feeds_back
decoder_input_data = np.zeros((len(input_texts), {{steps}}), dtype="int32")
# % endif
# % else
encoder_input_data = np.zeros(
    (len(input_texts), max_encoder_seq_length, num_encoder_tokens),
    dtype="float32",
)
# % if claims.feeds_back
decoder_input_data = np.zeros(
    (len(input_texts), {{steps}}, num_decoder_tokens),
    dtype="float32",
)
# % endif
# % endif
# The targets are indices: the loss needs no one-hot vectors.
decoder_target_data = np.zeros((len(input_texts), {{steps}}), dtype="int32")
# 1 where the target is, 0 at the padding behind it, which must not count in the loss.
sample_weight = np.zeros((len(input_texts), {{steps}}), dtype="float32")

# % if words
for i, (input_sentence, target_sentence) in enumerate(zip(input_sentences, target_sentences, strict=True)):
    # % if config.reverse_source
    # The encoder reads the input backwards: its beginning, which the decoder
    # needs first, is then what was read last (Sutskever et al. 2014).
    # % endif
    for t, word in enumerate({{"reversed(input_sentence)" if config.reverse_source else "input_sentence"}}):
        encoder_input_data[i, t] = input_token_index.get(word, 1)
    # % if reads_target
    for t, word in enumerate(target_sentence):
        # decoder_target_data is ahead of decoder_input_data by one timestep
        decoder_input_data[i, t] = target_token_index.get(word, 1)
        if t > 0:
            # decoder_target_data will be ahead by one timestep
            # and will not include the start word.
            decoder_target_data[i, t - 1] = target_token_index.get(word, 1)
            sample_weight[i, t - 1] = 1.0
    # % else
    # % if claims.in_step
    # A word is written for each that is read: neither the start nor the end.
    # % endif
    for t, word in enumerate({{"target_sentence[1:-1]" if claims.in_step else "target_sentence[1:]"}}):
        decoder_target_data[i, t] = target_token_index.get(word, 1)
        sample_weight[i, t] = 1.0
    # % endif
# % else
for i, (input_text, target_text) in enumerate(zip(input_texts, target_texts, strict=True)):
    # % if not from_all
    # A character that no training pair has is left out.
    input_text = [char for char in input_text if char in input_token_index]
    target_text = [char for char in target_text if char in target_token_index]
    # % endif
    # % if config.reverse_source
    # The encoder reads the input backwards: its beginning, which the decoder
    # needs first, is then what was read last (Sutskever et al. 2014).
    # % endif
    for t, char in enumerate({{"reversed(input_text)" if config.reverse_source else "input_text"}}):
        encoder_input_data[i, t, input_token_index[char]] = 1.0
    # % if config.source_padding == "space"
    encoder_input_data[i, t + 1 :, input_token_index[" "]] = 1.0
    # % endif
    # % if reads_target
    for t, char in enumerate(target_text):
        # decoder_target_data is ahead of decoder_input_data by one timestep
        decoder_input_data[i, t, target_token_index[char]] = 1.0
        if t > 0:
            # decoder_target_data will be ahead by one timestep
            # and will not include the start character.
            decoder_target_data[i, t - 1] = target_token_index[char]
            sample_weight[i, t - 1] = 1.0
    # % else
    # % if claims.in_step
    # A character is written for each that is read: neither the start nor the end.
    # % endif
    for t, char in enumerate({{"target_text[1:-1]" if claims.in_step else "target_text[1:]"}}):
        decoder_target_data[i, t] = target_token_index[char]
        sample_weight[i, t] = 1.0
    # % endif
# % if claims.feeds_back and not reads_target
# The decoder is given the start character only: from there on it reads what it wrote itself.
decoder_input_data[:, 0, target_token_index["\t"]] = 1.0
# % endif
# % endif
