## The recipe.
# % set trained = "model" if config.teacher_forcing else "training_model"
# % set rate = "learning_rate" if config.schedule == "cosine" else "LEARNING_RATE"
# % set optimizer_arguments = rate if config.clipnorm is none else rate ~ ", clipnorm=CLIPNORM"
# % set loss = 'keras.losses.SparseCategoricalCrossentropy(reduction="mean_with_sample_weight")'
# % set metrics = '["accuracy"]'
# % if config.label_smoothing
# % set loss = 'SmoothedCrossentropy(reduction="mean_with_sample_weight")'
# % set metrics = '["accuracy", "sparse_categorical_crossentropy"]'
# % set monitor = "sparse_categorical_crossentropy"
# % set monitor = "val_" ~ monitor if config.monitor == "val_loss" else monitor


class SmoothedCrossentropy(keras.losses.Loss):
    """The categorical crossentropy of targets of which a share is spread evenly over all tokens."""

    def call(self, y_true, y_pred):
        # The targets are indices.
        one_hot = keras.ops.one_hot(keras.ops.cast(y_true, "int32"), num_decoder_tokens)
        return keras.losses.categorical_crossentropy(one_hot, y_pred, label_smoothing=LABEL_SMOOTHING)


# % endif
# % if config.schedule == "cosine"
# The learning rate falls along a cosine, over all training steps, to a hundredth.
# % if held_out_last and config.vocabulary_from == "all"
num_training = int(len(input_texts) * (1 - VALIDATION_SPLIT))
# % endif
num_steps = EPOCHS * math.ceil(num_training / BATCH_SIZE)
learning_rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, num_steps, alpha=0.01)

# % endif
# % if config.optimizer == "muon"
# Muon for the matrices inside, Adam for the rest; no weight decays.
optimizer = keras.optimizers.Muon(
    {{rate}},
    # % if config.clipnorm is not none
    clipnorm=CLIPNORM,
    # % endif
    exclude_layers=["softmax"],
    weight_decay=None,
    adam_weight_decay=None,
)
# % elif not optimizer_name and config.optimizer == "adam"
optimizer = keras.optimizers.Adam({{optimizer_arguments}})
# % elif not optimizer_name
optimizer = keras.optimizers.RMSprop({{optimizer_arguments}})
# % endif
{{trained}}.compile(
    optimizer={{optimizer_name or "optimizer"}},
    # % if config.label_smoothing
    # Averaged over the real {{config.level}}s only: all that has weight 0 is left out. Measured
    # is the crossentropy of the right {{config.level}}s alone, too, as it is without smoothing.
    # % else
    # The categorical crossentropy of targets that are indices, averaged over the real
    # {{config.level}}s only: all that has weight 0 is left out.
    # % endif
    loss={{loss}},
    weighted_metrics={{metrics}},
)
# Never stops early, but ends with the weights of the best epoch.
# % if config.label_smoothing
best_epoch = keras.callbacks.EarlyStopping(
    "{{monitor}}",
    mode="min",
    patience=EPOCHS,
    restore_best_weights=True,
)
# % else
best_epoch = keras.callbacks.EarlyStopping("{{config.monitor}}", patience=EPOCHS, restore_best_weights=True)
# % endif
# % if config.length_buckets > 1
# Seq2Seq Lab also puts targets of similar length into a batch, so that less padding is computed.
# Each batch is less of a mixture then, and what is learnt from it is not quite the same.
# % endif
# % if config.start_from
# Seq2Seq Lab begins with the weights of a model that was trained on the sentences as written:
#     model.load_weights("{{config.start_from}}/model.keras")
# % endif
# % if config.typed_views
# % include "keras_script/parts/typed_views.py"


# % endif
# % if held_out_last
{{trained}}.fit(
    # % if claims.feeds_back
    [encoder_input_data, decoder_input_data],
    # % else
    encoder_input_data,
    # % endif
    decoder_target_data,
    sample_weight=sample_weight,
    batch_size=BATCH_SIZE,
    epochs=EPOCHS,
    validation_split=VALIDATION_SPLIT,
    callbacks=[best_epoch],
)
# % else
{{trained}}.fit(
    # % if config.typed_views
    TypedSentences(),
    # % else
    # % if claims.feeds_back
    [encoder_input_data[:num_training], decoder_input_data[:num_training]],
    # % else
    encoder_input_data[:num_training],
    # % endif
    decoder_target_data[:num_training],
    sample_weight=sample_weight[:num_training],
    batch_size=BATCH_SIZE,
    # % endif
    epochs=EPOCHS,
    validation_data=(
        # % if claims.feeds_back
        [encoder_input_data[num_training:], decoder_input_data[num_training:]],
        # % else
        encoder_input_data[num_training:],
        # % endif
        decoder_target_data[num_training:],
        sample_weight[num_training:],
    ),
    callbacks=[best_epoch],
)
# % endif
# % if config.label_smoothing
# The file is to open without the class above.
{{trained}}.compile(optimizer={{trained}}.optimizer, loss="sparse_categorical_crossentropy")
# % endif
# Save model
model.save("s2s_model.keras")
# Beside it, what Seq2Seq Lab reads to open this folder, or a zip of these three files:
# which token has which index, and how the model was made.
tokens = {
    "max_source_length": max_encoder_seq_length,
    "max_target_length": max_decoder_seq_length,
    "source": {"kind": "{{config.level}}", "normalization": "NFC", "tokens": input_tokens},
    "target": {"kind": "{{config.level}}", "normalization": "NFC", "tokens": target_tokens},
}
Path("vocabulary.json").write_text(json.dumps(tokens), encoding="utf-8")
made_from = {
    "name": "s2s_model",
    "title": "s2s_model.keras, as its script saved it",
    # % for field, value in settings
    "{{field}}": {{value}},
    # % endfor
    # % if stacked
    "layers": NUM_LAYERS,
    # % endif
    # % if config.task != "pairs"
    "num_samples": len(input_texts),
    # % endif
}
Path("config.json").write_text(json.dumps(made_from), encoding="utf-8")
