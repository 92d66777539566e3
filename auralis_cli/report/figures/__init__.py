"""The figures of a library: descriptions, which pages and pictures draw; `scatters.py` is for pages alone."""
