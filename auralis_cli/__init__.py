"""auralis: what each track of a music library sounds like, in 25 numbers."""

__version__ = "0.1.0"
