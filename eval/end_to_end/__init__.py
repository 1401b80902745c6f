"""A small guide and a closed set of invented works, some of them traps, taken through the whole program."""
