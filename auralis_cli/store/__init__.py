"""What is remembered: the cache (SQLite) and the sidecars (JSON). Open them by `cache`, `cache_file`,
`sidecars` and `read_only`; SQL stands only here and in `upkeep`. Never imports `lookup`, `scan` or `workers`.
"""
