"""The one exception whose text is written for the person in front of the screen."""


class Seq2SeqError(ValueError):
    """Something given to us cannot be used.

    Its message is one or two plain sentences: what was given, what was expected, what to do. The CLI prints it
    and exits with 2, the page shows it where the input was, the API returns it. Any other exception is a bug.
    """
