"""Playlists: which tracks, and in which order. Pure functions find both; `make` reads the tracks."""
