"""The flow of a scan: walk, look up, analyse, store. The only room that knows files, store and workers
together; it prints nothing.
"""
