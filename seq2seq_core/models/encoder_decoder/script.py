"""{{title}}

# % filter fill
The encoder, {{layers}}, reads the source {{config.level}} by {{config.level}}. The decoder, again {{layers}},
starts from the state the encoder ends with, and is trained to predict each next {{config.level}} of the target.
# % if config.teacher_forcing
While training, it reads the right {{config.level}}s up to there (“teacher forcing”).
# % else
There is no teacher forcing: while training, too, it reads what it wrote itself.
# % endif
# % endfilter

"""

# % set stacked = config.layers > 1
# % include "keras_script/parts/data.py"

# % include "keras_script/parts/encoder_input.py"
# % if stacked
x = {{encoder_read}}
# We keep the states that each layer ends with: the decoder's layer of the same level starts from them.
encoder_states = []
for level in range(NUM_LAYERS):
    # The layer above reads all outputs; those of the top layer are discarded.
    is_top = level == NUM_LAYERS - 1
    encoder = keras.layers.LSTM(LATENT_DIM, return_sequences=not is_top, return_state=True)
    x, *states = encoder(x)
    # % if config.dropout
    if not is_top:
        x = keras.layers.SpatialDropout1D(DROPOUT)(x)
    # % endif
    encoder_states.append(states)
# % else
encoder = keras.layers.LSTM(LATENT_DIM, return_state=True)
# We discard `encoder_outputs` and only keep the states.
encoder_outputs, *encoder_states = encoder({{encoder_read}})
# % endif

# Set up the decoder, using `encoder_states` as initial state.
# % include "keras_script/parts/decoder_input.py"

# We set up our decoder to return full output sequences,
# and to return internal states as well. We don't use the
# return states in the training model, but we will use them in inference.
# % if stacked
decoder_layers = [
    # one for each layer of the encoder
    keras.layers.LSTM(LATENT_DIM, return_sequences=True, return_state=True)
    for _ in range(NUM_LAYERS)
]
decoder_dense = keras.layers.Dense(num_decoder_tokens, {{softmax_arguments}})


def decode(x, initial_states):
    new_states = []
    for decoder_lstm, initial_state in zip(decoder_layers, initial_states, strict=True):
        x, *states = decoder_lstm(x, initial_state=initial_state)
        # % if config.dropout
        x = keras.layers.SpatialDropout1D(DROPOUT)(x)
        # % endif
        new_states.append(states)
    return decoder_dense(x), new_states


decoder_outputs, _ = decode({{decoder_read}}, encoder_states)
# % else
decoder_lstm = keras.layers.LSTM(LATENT_DIM, return_sequences=True, return_state=True)
decoder_outputs, *_ = decoder_lstm({{decoder_read}}, initial_state=encoder_states)
decoder_dense = keras.layers.Dense(num_decoder_tokens, {{softmax_arguments}})
# % if config.dropout
decoder_outputs = keras.layers.SpatialDropout1D(DROPOUT)(decoder_outputs)
# % endif
decoder_outputs = decoder_dense(decoder_outputs)
# % endif

# Define the model that will turn
# `encoder_input_data` & `decoder_input_data` into `decoder_target_data`
model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)
# % if not config.teacher_forcing


class FeedbackCell(keras.layers.Layer):
    """One step of the decoder that reads the softmax of the step before, kept as one more state."""

    def __init__(self, cells, dense):
        super().__init__()
        self.cells = keras.layers.StackedRNNCells(cells)
        self.dense = dense
        self.state_size = [*self.cells.state_size, num_decoder_tokens]
        self.output_size = num_decoder_tokens

    def call(self, inputs, states):
        # `inputs` only counts the steps and is not read.
        *states, softmax = states
        output, states = self.cells(softmax, states)
        softmax = self.dense(output)
        return softmax, [*states, softmax]


# The model that is trained: the same layers and weights, but the decoder's own softmax
# is its next input, with the gradient through it. First comes the start character.
# % if stacked
feedback_cell = FeedbackCell([layer.cell for layer in decoder_layers], decoder_dense)
feedback_states = [*encoder_states, decoder_inputs[:, 0]]
# % else
feedback_cell = FeedbackCell([decoder_lstm.cell], decoder_dense)
feedback_states = [encoder_states, decoder_inputs[:, 0]]
# % endif
feedback_layer = keras.layers.RNN(feedback_cell, return_sequences=True)
feedback_outputs = feedback_layer(decoder_inputs, initial_state=feedback_states)
training_model = keras.Model([encoder_inputs, decoder_inputs], feedback_outputs)
# % endif

# % include "keras_script/parts/fit.py"

# Next: inference mode (sampling).
# Here's the drill:
# 1) encode input and retrieve initial decoder state
# 2) run one step of decoder with this initial state
# and a "start of sequence" token as target.
# Output will be the next target token
# 3) Repeat with the current target token and current states

# Define sampling models
encoder_model = keras.Model(encoder_inputs, encoder_states)

# % if stacked
decoder_states_inputs = [[keras.Input(shape=(LATENT_DIM,)) for _ in states] for states in encoder_states]
decoder_outputs, decoder_states = decode({{decoder_read}}, decoder_states_inputs)
# % else
decoder_states_inputs = [keras.Input(shape=(LATENT_DIM,)) for _ in encoder_states]
decoder_outputs, *decoder_states = decoder_lstm({{decoder_read}}, initial_state=decoder_states_inputs)
decoder_outputs = decoder_dense(decoder_outputs)
# % endif
decoder_model = keras.Model([decoder_inputs, decoder_states_inputs], [decoder_outputs, decoder_states])


# % include "keras_script/parts/sampling_loop.py"


# % include "keras_script/parts/examples.py"
