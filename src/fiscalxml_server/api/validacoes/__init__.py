"""One document in, its report out."""
