"""“Train the model”. Imports Keras; nothing that a visitor of the page waits for does."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # it would report the want of a GPU as an error; before it loads
