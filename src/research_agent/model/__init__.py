"""The words of the project as immutable values. No I/O; imports nothing else of ours but errors."""
