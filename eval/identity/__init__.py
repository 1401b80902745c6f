"""Are two records one work? Hard pairs, labelled; see README.md."""
