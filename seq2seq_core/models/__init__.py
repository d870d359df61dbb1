"""“Build the model”: the kinds of network."""
