"""What is remembered: the cache (SQLite) and the sidecars (JSON). Open them by `cache`, `cache_file`,
`sidecars` and `read_only`; Only this room and `upkeep` have SQL. Never imports `lookup`, `scan` or `workers`.
"""
