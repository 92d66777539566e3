"""How alike fingerprints are: arithmetic only.

`distance` compares a pair, `matrix` and `learned` many at once, with NumPy; `recording` tells whether two
tracks are one recording. Imports `model` alone, and never reads a file or a database.
"""
