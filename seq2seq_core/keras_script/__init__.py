"""The code view: a config as a Keras script that stands alone."""
