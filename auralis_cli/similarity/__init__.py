"""How alike two fingerprints are: arithmetic on records, without files or databases. It imports `model`
only.
"""
