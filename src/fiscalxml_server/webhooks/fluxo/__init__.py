"""Notificações that are fetched, for receivers without an address on the internet.

A fluxo is a subscription that is told nothing: what it wants is held for it as for one that is
paused, until it is read and said to be so. Nothing is lost between transactions that end in another
order than they began in, as it would be by a cursor. Who stops reading has it closed after a while.
"""
