"""From defaults, configuration file, environment and flags to the one frozen `Settings` of a run (`values`),
made by `resolve`. `table` lists all settings. Imports `model` and `system` only.
"""
