## What the encoder reads: `encoder_read`.
# Define an input sequence and process it.
# % if words
encoder_inputs = keras.Input(shape=(None,), dtype="int32")
# The padding behind a sentence is masked: it leaves the encoder's state as it is.
encoder_embedding = keras.layers.Embedding(num_encoder_tokens, LATENT_DIM, mask_zero=True)
encoder_embedded = encoder_embedding(encoder_inputs)
# % else
encoder_inputs = keras.Input(shape=(None, num_encoder_tokens))
# % if config.source_padding == "mask"
# The padding, all zeros, is masked: it leaves the encoder's state as it is.
encoder_masked = keras.layers.Masking()(encoder_inputs)
# % endif
# % endif
