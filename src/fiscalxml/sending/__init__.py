"""Files pushed to a service, each content once, whatever is killed in between.

`Envio` finds out what is new, groups it into remessas, sends each as a lote and reads what became
of it; `Vigia` does so with folders again and again. What was sent is in an `Estado`, a SQLite file.
A remessa is written there before it leaves, and its Idempotency-Key is made of its contents: killed
between sending and noting, it is found at the service, or sent again under the same key.
"""
