"""Audio files on disk: finding them, naming them, telling one from another. It knows disks, never the
database.
"""
