"""Models on disk: opening and writing them."""
