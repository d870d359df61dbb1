## A few sentences through `decode_sequence`.
for seq_index in range({{"NUM_DECODED" if held_out_last else "len(input_texts) - NUM_DECODED, len(input_texts)"}}):
    # Take one sequence {{"(part of the training set)" if held_out_last else "that was held out"}}
    # for trying out decoding.
    input_seq = encoder_input_data[seq_index : seq_index + 1]
    decoded_sentence = decode_sequence(input_seq)
    print("-")
    print("Input sentence:", input_texts[seq_index])
    print("Decoded sentence:", decoded_sentence)
