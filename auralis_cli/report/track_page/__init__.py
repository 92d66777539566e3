"""The page of `show --html` and `compare --html`: up to six tracks laid over each other.

`figures.py` says which figures there are, `sentences.py` what differs in words; `make.py` joins them.
"""
