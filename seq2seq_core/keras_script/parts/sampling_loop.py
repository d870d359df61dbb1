## One token at a time out of `encoder_model` and `decoder_model`.
def decode_sequence(input_seq):
    # % if claims.looks_back
    # % if config.source_padding == "mask"
    # Leave out the padding, which must not be looked at.
    input_seq = input_seq[:, : np.count_nonzero(input_seq)]
    # % endif
    # Encode the input as outputs to look back at, and state vectors.
    memory_value, states_value = encoder_model.predict(input_seq, verbose=0)
    # % else
    # Encode the input as state vectors.
    states_value = encoder_model.predict(input_seq, verbose=0)
    # % endif

    # Generate empty target sequence of length 1.
    # Populate the first {{config.level}} of target sequence with the start {{config.level}}.
    # % if words
    target_seq = np.zeros((1, 1), dtype="int32")
    target_seq[0, 0] = target_token_index["\t"]
    # % else
    target_seq = np.zeros((1, 1, num_decoder_tokens))
    target_seq[0, 0, target_token_index["\t"]] = 1.0
    # % endif

    # Sampling loop for a batch of sequences
    # (to simplify, here we assume a batch of size 1).
    stop_condition = False
    decoded_sentence = {{"[]" if words else '""'}}
    while not stop_condition:
        # % if claims.looks_back
        output_tokens, states_value = decoder_model.predict(
            [target_seq, memory_value, states_value],
            verbose=0,
        )
        # % else
        output_tokens, states_value = decoder_model.predict([target_seq, states_value], verbose=0)
        # % endif

        # Sample a token
        sampled_token_index = np.argmax(output_tokens[0, -1, :])
        sampled_token = target_tokens[sampled_token_index]
        # % if words
        decoded_sentence.append(sampled_token)
        # % else
        decoded_sentence += sampled_token
        # % endif

        # Exit condition: either hit max length
        # or find stop {{config.level}}.
        if sampled_token == "\n" or len(decoded_sentence) > max_decoder_seq_length:
            stop_condition = True

        # Update the target sequence (of length 1).
        # % if words
        target_seq = np.zeros((1, 1), dtype="int32")
        target_seq[0, 0] = sampled_token_index
        # % else
        target_seq = np.zeros((1, 1, num_decoder_tokens))
        target_seq[0, 0, sampled_token_index] = 1.0
        # % endif
    # % if words
    return "".join(decoded_sentence)
    # % else
    return decoded_sentence
    # % endif
