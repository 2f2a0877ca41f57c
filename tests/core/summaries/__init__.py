"""The resumo of each kind."""
