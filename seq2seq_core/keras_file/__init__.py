"""`.keras` files as data: read without Keras, never executed."""
