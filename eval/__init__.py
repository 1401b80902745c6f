"""How good is the output? Labelled sets, each with a program that scores it: `python -m eval.identity`."""
