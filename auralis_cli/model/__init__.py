"""The nouns of the program: tracks, records, errors, dimensions. Import them from anywhere; they import
nothing of auralis.
"""
