"""Does a record say what an annotation claims? Labelled pairs, a checker without a model, the suite; README.md."""
