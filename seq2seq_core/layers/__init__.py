"""NumPy layers that show everything they compute."""
