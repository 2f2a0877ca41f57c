"""Documents that were stored: identity, copies, validations."""
