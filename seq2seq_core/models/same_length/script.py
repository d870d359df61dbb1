"""{{title}}

# % filter fill
The trivial case: input and output have the same length. The network, {{layers}} and a softmax, writes a
{{config.level}} for each that it reads, knowing nothing of what is still to come.
# % endfilter

"""

# % set stacked = config.layers > 1
# % include "keras_script/parts/data.py"

# % include "keras_script/parts/encoder_input.py"
# % if stacked
x = {{encoder_read}}
for _ in range(NUM_LAYERS):
    x = keras.layers.LSTM(LATENT_DIM, return_sequences=True)(x)
# % else
x = keras.layers.LSTM(LATENT_DIM, return_sequences=True)({{encoder_read}})
# % endif
outputs = keras.layers.Dense(num_decoder_tokens, {{softmax_arguments}})(x)

# Define the model that will turn `encoder_input_data` into `decoder_target_data`
model = keras.Model(encoder_inputs, outputs)

# % include "keras_script/parts/fit.py"

# Next: inference mode (sampling).
# The model writes all steps at once: we take the most probable {{config.level}} of each.


def decode_sequence(input_seq):
    # Without the padding.
    input_seq = input_seq[:, : np.count_nonzero(input_seq)]
    output_tokens = model.predict(input_seq, verbose=0)
    return "".join(target_tokens[index] for index in np.argmax(output_tokens[0], axis=-1))


# % include "keras_script/parts/examples.py"
