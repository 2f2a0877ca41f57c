"""One document in, its summary out."""
