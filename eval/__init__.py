"""How good is the output? Suites of labelled sets and measures, run by `research-agent eval`; see README.md."""
