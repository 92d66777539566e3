"""What the operating system says and does: processors, processes, mounts, signals, files written whole. It
knows nothing of audio and imports nothing of auralis.
"""
