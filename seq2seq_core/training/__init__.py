"""“Train the model”. Imports Keras; nothing that a visitor of the page waits for does."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter; must be set before it loads
