"""Training for the page: the processes, the queue before them, and whose is what."""
