"""The pages of docs/conformidade, and what a machine reads of it."""
