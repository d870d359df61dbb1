"""A trained model at work: sentences to traces, one at a time or many at once."""
