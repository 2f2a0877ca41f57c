"""Fiscal identifiers: their form, their parts and their check digits. Nothing else."""
