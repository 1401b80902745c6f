"""Judge sources by the RADAR rubric: signals, rules, judgements."""
