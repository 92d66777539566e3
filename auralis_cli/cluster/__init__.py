"""The engine of a Dask cluster: tracks go in batches to machines, each of which runs a `LocalPool`. What
comes back is JSON, checked as a local result is. `distributed` is imported here alone, when it is used.
"""
