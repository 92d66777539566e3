"""The 25 dimensions a second time, slow and plain, in NumPy, SciPy, librosa and pyloudnorm. Shares no code or
number with the worker; of auralis it imports only `workers/protocol.py` and `model/record.py`. No other room
imports it: it runs as a program, `python -m auralis_cli.reference`, and needs the extra `bench`.
"""
