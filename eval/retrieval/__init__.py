"""How well does a search find what answers a question? Labelled queries over the shipped corpus; see README.md."""
