"""“Train the model”. Imports Keras; nothing that a visitor of the page waits for does."""
