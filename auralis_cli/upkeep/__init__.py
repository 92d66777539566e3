"""Looking after the cache and the installation. It never analyses music."""
