"""The rights of persons where the documents are: found by CPF, kept in custody, erased after it."""
