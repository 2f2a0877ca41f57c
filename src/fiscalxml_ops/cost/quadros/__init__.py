"""What is shown, as tables: a module a question."""
