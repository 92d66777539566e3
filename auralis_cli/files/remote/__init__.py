"""Audio files that a URL names: listed and fetched through fsspec, which is imported only here and only then.

Nothing of this room looks at a file of this machine, and other rooms ask a store only through this one.
"""
