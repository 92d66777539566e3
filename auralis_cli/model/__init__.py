"""The nouns of the program: tracks, records, results, errors, dimensions, and the rules that they keep.
Import them from anywhere; they never import another room of auralis.
"""
