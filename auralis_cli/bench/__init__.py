"""Measuring auralis: the worker against the Python reference, and the stages of a scan."""
