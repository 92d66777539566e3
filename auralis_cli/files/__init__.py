"""Files on disk: which are tracks, where their sidecars are, whether two are the same or one has changed.
Every module may be imported by the rooms above. Imports `model` and `system` only, never the database.
"""
