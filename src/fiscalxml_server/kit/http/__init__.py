"""What every endpoint stands on: subject, bodies, problems, pages, OpenAPI."""
