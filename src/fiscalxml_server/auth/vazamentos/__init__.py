"""Keys that somebody found where they should not be."""
