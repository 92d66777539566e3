"""Tracks in, results out: the engine, its worker processes, the protocol. It knows neither the cache nor
other scans.
"""
