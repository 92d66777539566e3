"""What is remembered: the SQLite cache and the sidecars. It never asks why something is stored."""
