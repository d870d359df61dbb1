"""A training that is watched: the run, its process, the queue before it."""
