"""The flow of a scan: walk, look up, analyse, store. It brings files, store and workers together
and prints nothing.
"""
