"""Select, annotate, check, cite and export."""
