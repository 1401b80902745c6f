"""Does RADAR tell what may be trusted from what may not? Real works with a documented label; see README.md."""
