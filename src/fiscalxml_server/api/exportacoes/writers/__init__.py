"""Writers of files: pure, from columns to bytes, in flat memory; one module a format."""
