## What the decoder reads: `decoder_read`.
# % if words
decoder_inputs = keras.Input(shape=(None,), dtype="int32")
decoder_embedding = keras.layers.Embedding(num_decoder_tokens, LATENT_DIM)
decoder_embedded = decoder_embedding(decoder_inputs)
# % else
decoder_inputs = keras.Input(shape=(None, num_decoder_tokens))
# % endif
