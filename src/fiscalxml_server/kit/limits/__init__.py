"""How many requests an organisation and a credential may make."""
