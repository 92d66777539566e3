"""The work behind `cache`, `failures` and `doctor`: looking at the cache and the installation, and mending
them. For `commands`, and for `render`, which shows the results. Never imports `scan`; never analyses music.
"""
