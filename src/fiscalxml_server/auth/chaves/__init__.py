"""API keys: made, listed, rotated, revoked; told of before they end."""
