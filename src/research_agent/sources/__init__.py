"""Read source records and resolve the identity of works."""
