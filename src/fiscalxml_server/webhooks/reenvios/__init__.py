"""What is delivered again: one, or all that a filter says."""
