## Training data whose sources are rewritten as people type them.
# The training sentences as people type them, rewritten afresh in every epoch (after Belinkov & Bisk 2018 and
# Karpukhin et al. 2019). Seq2Seq Lab also mixes in words and phrases alone, which it mines from these pairs.
KEY_ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]


def typo(text):
    # Two letters swapped, one dropped, doubled, or replaced by its neighbour on the keyboard.
    places = [i for i in range(1, len(text) - 1) if text[i - 1 : i + 2].isalpha()]
    if not places:
        return text
    i = random.choice(places)
    row = next((row for row in KEY_ROWS if text[i].lower() in row), text[i])
    neighbour = row[(row.find(text[i].lower()) + random.choice([-1, 1])) % len(row)]
    here, there = text[i], text[i + 1]
    slip = random.choice([there + here, there, here + here + there, neighbour + there])
    return text[:i] + slip + text[i + 2 :]


def as_typed(text):
    # % for name, chance in typed_chances
    # % if name == "rewritten"
    if random.random() >= {{chance}}:
        return text
    # % elif name == "no_accents"
    if random.random() < {{chance}}:
        decomposed = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "Oe"))
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    # % elif name == "no_space_before_marks"
    if random.random() < {{chance}}:
        text = re.sub(" (?=[!?:;])", "", text)
    # % elif name == "no_inner_marks"
    if random.random() < {{chance}}:
        text = re.sub(r'\s*[,;:"]+', "", text)
    # % elif name == "no_end_mark"
    if random.random() < {{chance}}:
        text = text.rstrip(" .!?") or text
    # % elif name == "no_apostrophes"
    if random.random() < {{chance}}:
        text = text.replace("'", "")
    # % elif name == "typo"
    if random.random() < {{chance}}:
        text = typo(text)
    # % elif name == "lower"
    if random.random() < {{chance}}:
        text = text.lower()
    # % endif
    # % endfor
    return text.strip()


class TypedSentences(keras.utils.PyDataset):
    def __init__(self):
        super().__init__()
        self.order = np.arange(num_training)
        self.on_epoch_end()

    def __len__(self):
        return math.ceil(num_training / BATCH_SIZE)

    def __getitem__(self, index):
        rows = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        encoder_input = np.zeros((len(rows), *encoder_input_data.shape[1:]), dtype="float32")
        for i, row in enumerate(rows):
            known = [char for char in as_typed(input_texts[row]) if char in input_token_index]
            for t, char in enumerate(known[:max_encoder_seq_length]):
                encoder_input[i, t, input_token_index[char]] = 1.0
        # % if claims.feeds_back
        return (encoder_input, decoder_input_data[rows]), decoder_target_data[rows], sample_weight[rows]
        # % else
        return encoder_input, decoder_target_data[rows], sample_weight[rows]
        # % endif

    def on_epoch_end(self):
        np.random.shuffle(self.order)
