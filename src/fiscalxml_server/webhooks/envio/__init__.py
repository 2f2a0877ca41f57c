"""One attempt to deliver: a signed POST to an address that somebody else chose.

`Carteiro.send` makes it. `destinos` reads URLs, `addresses` says which addresses are nobody's to
call, `resolving` asks for names, `connections` keeps what receivers answer within bounds.
"""
