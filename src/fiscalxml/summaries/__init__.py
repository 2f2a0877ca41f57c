"""The resumo: a document as plain JSON, one view for each kind."""
