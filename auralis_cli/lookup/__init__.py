"""What is known of a track already, from `files` and `store`. It never starts an analysis."""
