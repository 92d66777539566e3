"""The data types of the program: tracks, records, results, errors, dimensions, and their rules.
Import them from anywhere; they never import another room of auralis.
"""
