"""Where each setting comes from, and the one frozen `Settings` of a run. It imports `model` and `system`."""
