"""The commands, one module each, which only connect options to the rooms below. `run_scan` is a scan with its
outputs. Only `app` imports from here, and only the module of the command that runs.
"""
