"""What the operating system says and does: processors, processes, mounts, signals, locks, files opened safely
and written whole. Every module may be imported from anywhere; none imports anything of auralis.
"""
