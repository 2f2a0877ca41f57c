"""API Fiscal XML: validates Brazilian fiscal XML in depth, with the fix beside each finding."""
