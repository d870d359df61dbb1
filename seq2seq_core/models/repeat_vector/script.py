"""{{title}}

# % filter fill
The encoder, {{layers}}, reads the source {{config.level}} by {{config.level}}. Its last output is repeated, once for
every {{config.level}} of the target, and the decoder, again {{layers}}, turns the copies into the target.
# % endfilter

"""

# % set stacked = config.layers > 1
# % include "keras_script/parts/data.py"

# % include "keras_script/parts/encoder_input.py"
# % if stacked
x = {{encoder_read}}
for level in range(NUM_LAYERS):
    # The layer above reads all outputs; of the top layer we keep the last one only.
    is_top = level == NUM_LAYERS - 1
    x = keras.layers.LSTM(LATENT_DIM, return_sequences=not is_top)(x)

# The decoder reads the encoder's last output at every step. No {{config.level}} is fed back.
x = keras.layers.RepeatVector(num_decoder_steps)(x)
for _ in range(NUM_LAYERS):
    x = keras.layers.LSTM(LATENT_DIM, return_sequences=True)(x)
# % else
x = keras.layers.LSTM(LATENT_DIM)({{encoder_read}})

# The decoder reads the encoder's last output at every step. No {{config.level}} is fed back.
x = keras.layers.RepeatVector(num_decoder_steps)(x)
x = keras.layers.LSTM(LATENT_DIM, return_sequences=True)(x)
# % endif
decoder_outputs = keras.layers.Dense(num_decoder_tokens, {{softmax_arguments}})(x)

# Define the model that will turn `encoder_input_data` into `decoder_target_data`
model = keras.Model(encoder_inputs, decoder_outputs)

# % include "keras_script/parts/fit.py"

# Next: inference mode (sampling).
# The model writes all steps at once: we take the most probable {{config.level}} of each, up to the end.


def decode_sequence(input_seq):
    output_tokens = model.predict(input_seq, verbose=0)
    decoded_sentence = ""
    for sampled_token_index in np.argmax(output_tokens[0], axis=-1):
        sampled_token = target_tokens[sampled_token_index]
        # Exit condition: find stop {{config.level}}.
        if sampled_token == "\n":
            break
        decoded_sentence += sampled_token
    return decoded_sentence


# % include "keras_script/parts/examples.py"
