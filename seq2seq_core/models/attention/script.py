"""{{title}}

# % filter fill
The encoder, {{layers}}, reads the source {{config.level}} by {{config.level}} in both directions. The decoder, again
{{layers}}, starts from the states the encoder ends with, and is trained to predict each next {{config.level}} of the
target. At every step it looks back at all the encoder's outputs (“attention”). While training, it reads the right
{{config.level}}s up to there (“teacher forcing”).
# % endfilter

"""

# % set stacked = true
# % include "keras_script/parts/data.py"

# % include "keras_script/parts/encoder_input.py"
x = {{encoder_read}}
# Each layer reads in both directions. We keep the states that each direction ends with, side by
# side: the decoder's layer of the same level, twice as wide, starts from them.
encoder_states = []
for _ in range(NUM_LAYERS):
    # % if config.dropout and config.layers > 1
    if encoder_states:  # between two layers
        x = keras.layers.SpatialDropout1D(DROPOUT)(x)
    # % endif
    one_direction = keras.layers.LSTM(LATENT_DIM, return_sequences=True, return_state=True)
    x, *states = keras.layers.Bidirectional(one_direction)(x)
    forward, backward = states[: len(states) // 2], states[len(states) // 2 :]
    pairs = zip(forward, backward, strict=True)
    encoder_states.append([keras.layers.Concatenate()([*pair]) for pair in pairs])
# Here we keep the outputs, too: this is what the decoder will look back at.
encoder_outputs = x

# Set up the decoder, using `encoder_states` as initial state.
# % include "keras_script/parts/decoder_input.py"

decoder_layers = [
    # one for each layer of the encoder
    keras.layers.LSTM(2 * LATENT_DIM, return_sequences=True, return_state=True)
    for _ in range(NUM_LAYERS)
]
query_dense = keras.layers.Dense(2 * LATENT_DIM, use_bias=False)
query_scale = keras.layers.Rescaling((2 * LATENT_DIM) ** -0.5)
attention = keras.layers.Attention()
decoder_dense = keras.layers.Dense(num_decoder_tokens, {{softmax_arguments}})


def decode(x, initial_states, memory):
    # The bottom layer asks; everything above it reads its own below and the answer, side by side.
    new_states = []
    for level, decoder_lstm in enumerate(decoder_layers):
        x, *states = decoder_lstm(x, initial_state=initial_states[level])
        new_states.append(states)
        if level == 0:
            context = attention([query_scale(query_dense(x)), memory])
        x = keras.layers.Concatenate()([x, context])
        # % if config.dropout
        x = keras.layers.SpatialDropout1D(DROPOUT)(x)
        # % endif
    return decoder_dense(x), new_states


decoder_outputs, _ = decode({{decoder_read}}, encoder_states, encoder_outputs)

# Define the model that will turn
# `encoder_input_data` & `decoder_input_data` into `decoder_target_data`
model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)

# % include "keras_script/parts/fit.py"

# Next: inference mode (sampling).
# Here's the drill:
# 1) encode input and retrieve initial decoder state
# 2) run one step of decoder with this initial state
# and a "start of sequence" token as target.
# Output will be the next target token
# 3) Repeat with the current target token and current states

# Define sampling models
encoder_model = keras.Model(encoder_inputs, [encoder_outputs, encoder_states])

memory_input = keras.Input(shape=(None, 2 * LATENT_DIM))
decoder_states_inputs = [[keras.Input(shape=(2 * LATENT_DIM,)) for _ in states] for states in encoder_states]
decoder_outputs, decoder_states = decode({{decoder_read}}, decoder_states_inputs, memory_input)
decoder_model = keras.Model(
    [decoder_inputs, memory_input, decoder_states_inputs],
    [decoder_outputs, decoder_states],
)


# % include "keras_script/parts/sampling_loop.py"


# % include "keras_script/parts/examples.py"
