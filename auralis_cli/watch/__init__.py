"""Watching folders: an intake that never ends, fed by the system's notices or by looking again and again.

Never here: analysis, storage, text for the user.
"""
