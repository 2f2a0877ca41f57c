"""The companies of an organisation, by CNPJ or CPF: what limits of members and keys may name."""
