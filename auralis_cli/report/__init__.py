"""The library as one HTML file to explore: what goes into it, how it is drawn, how it is kept safe.

`assets/` has the page's template, style and scripts. Numbers come from `library/`; nothing is measured here.
"""
