"""The 25 dimensions in plain NumPy, SciPy, librosa and pyloudnorm: an executable specification.

Slow and whole-track on purpose. It shares no code, coefficient or stored result with the Rust worker, so
the two can be compared. Needs the extra `auralis-cli[bench]`; `auralis scan` never imports it by itself.
"""
