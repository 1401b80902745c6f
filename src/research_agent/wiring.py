"""Where the parts are put together: the library of a guide with its embedder, stores and shipped vectors."""
