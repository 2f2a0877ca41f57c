"""Prices, line items, scenarios, break-even: the model of cost."""
