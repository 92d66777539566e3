"""`resolve` makes the frozen `Settings` of a run (`values`) from defaults, configuration file, environment
and flags. `table` lists them all. Imports `model` and `system` only.
"""
