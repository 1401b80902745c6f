"""How fast and how small: run `python -m benchmarks`. Figures are for people to read; no test asks the clock."""
