"""The data-flow diagram: drawn from compose.yaml, settings, routes and the data map."""
