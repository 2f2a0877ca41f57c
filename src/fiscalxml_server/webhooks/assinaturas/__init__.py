"""Subscriptions: who is told what, where, how fast, and by what secrets it is signed."""
