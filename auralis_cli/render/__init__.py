"""What the user sees: progress, reports, panels, and the JSON with its schema. Commands and `bench` import
from here; nothing here imports from them, starts a process or changes a file.
"""
