"""{{title}}

# % filter fill
The encoder, a stack of convolutions, sees each character of the source among those around it. The decoder, again a
stack of convolutions, sees what it has written and looks back at all the encoder's outputs (“attention”): it is trained
to predict each next character of the target. Nothing recurs, and no state is handed over. While training, it reads the
right characters up to there (“teacher forcing”), all at once.
# % endfilter

"""

# % set stacked = true
# % include "keras_script/parts/data.py"


# A block: a convolution over three characters, each twice as far from the next as in the block
# below, added to what it reads, and brought to one scale.
def block(x, level, padding):
    layer = keras.layers.Conv1D(LATENT_DIM, 3, padding=padding, dilation_rate=2**level, activation="relu")
    convolved = layer(x)
    if level > 0:  # what the bottom block reads is of another size
        convolved = keras.layers.Add()([x, convolved])
    return keras.layers.LayerNormalization()(convolved)


# % include "keras_script/parts/encoder_input.py"
x = {{encoder_read}}
for level in range(NUM_LAYERS):
    x = block(x, level, padding="same")
# This is what the decoder will look back at.
encoder_outputs = x

# Set up the decoder, whose convolutions see nothing that is still to come.
# % include "keras_script/parts/decoder_input.py"
x = {{decoder_read}}
for level in range(NUM_LAYERS):
    x = block(x, level, padding="causal")
    if level == 0:
        # The bottom block asks; those above it read the answer added to its output.
        query = keras.layers.Dense(LATENT_DIM, use_bias=False)(x)
        query = keras.layers.Rescaling(LATENT_DIM**-0.5)(query)
        context = keras.layers.Attention()([query, encoder_outputs])
        x = keras.layers.Add()([x, context])
decoder_outputs = keras.layers.Dense(num_decoder_tokens, {{softmax_arguments}})(x)

# Define the model that will turn
# `encoder_input_data` & `decoder_input_data` into `decoder_target_data`
model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)

# % include "keras_script/parts/fit.py"

# Next: inference mode (sampling).
# There are no states to carry from step to step: the model itself is given what it has
# written so far, and what it says of the next character is used. (It computes the
# steps before again each time, which is simple, not fast.)


def decode_sequence(input_seq):
    # Generate empty target sequence, as long as the longest one may get.
    # Populate the first character of target sequence with the start character.
    target_seq = np.zeros((1, max_decoder_seq_length + 1, num_decoder_tokens))
    target_seq[0, 0, target_token_index["\t"]] = 1.0

    decoded_sentence = ""
    for t in range(max_decoder_seq_length + 1):
        output_tokens = model.predict([input_seq, target_seq], verbose=0)

        # Sample a token
        sampled_token_index = np.argmax(output_tokens[0, t, :])
        sampled_token = target_tokens[sampled_token_index]
        decoded_sentence += sampled_token

        # Exit condition: either hit max length
        # or find stop character.
        if sampled_token == "\n" or t == max_decoder_seq_length:
            break

        # Update the target sequence.
        target_seq[0, t + 1, sampled_token_index] = 1.0
    return decoded_sentence


# % include "keras_script/parts/examples.py"
