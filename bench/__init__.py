"""Figures as ratios against a bare runtime loop and a bare server, all in one run: ``python -m bench``."""
