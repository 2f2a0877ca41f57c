"""`fiscalxml-ops canary`: a user that never sleeps. Sends, validates, waits for the webhook."""
