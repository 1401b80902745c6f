"""How many examples a property is tried with that takes long: by brute force, or printed and read back."""

from hypothesis import settings

DEAR = settings(max_examples=settings().max_examples * 2 // 5, deadline=None)
"""A share of the profile's, so that a more thorough one is so here, too."""
