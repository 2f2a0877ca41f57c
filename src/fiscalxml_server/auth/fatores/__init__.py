"""What a person proves to be there with, besides the password: TOTP, passkeys, recovery codes."""
