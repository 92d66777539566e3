"""Figures as plain data, and the programs that draw them: what is shown never knows who draws it.

Nothing is measured or computed here.
"""
