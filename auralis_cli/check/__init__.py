"""The linter. `rules` has the rules, each a pure function from a track or an album to what it finds; `policy`
says which of them apply where, and with which limits; `judge` applies them. Analyses nothing and prints
nothing.
"""
