"""The pages that links of e-mails lead to: each sends one form to the service's own operations."""
