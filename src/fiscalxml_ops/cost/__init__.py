"""What running the service costs: prices, line items, scenarios; `fiscalxml-ops cost`."""
