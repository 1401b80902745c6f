"""Keep and search: catalogue, vectors, lexical index, embedder, ingest."""
