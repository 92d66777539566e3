"""Measures auralis: the worker against the Python reference, and the stages of a scan; `report/` shows it.
`commands` imports from here. Nothing else in the package does: a scan never depends on its measurement.
"""
