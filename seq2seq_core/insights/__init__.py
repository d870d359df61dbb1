"""What is computed from traces or many sentences to answer one question. One a file."""
