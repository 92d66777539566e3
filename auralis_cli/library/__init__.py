"""The cache as a library of tracks: found by queries, counted, compared. Reads the cache, never changes it,
never analyses music, prints nothing.
"""
