"""How alike two fingerprints are: arithmetic only. Import `distance` or `tempo_octave`. Imports
`model` alone, and never reads a file or a database.
"""
