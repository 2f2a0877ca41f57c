"""Who belongs to an organisation, with what role, and for which companies."""
