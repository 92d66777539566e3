"""Which tracks are the same recording, what sets them apart, and which copy to keep. Nothing is deleted."""
