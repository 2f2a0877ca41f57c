from sqlalchemy import text

_ROWS = "documentos"


async def bad(conn, nome, query):
    # ruleid: sql-com-valores
    await conn.execute(text(f"SELECT 1 FROM documentos WHERE nome = '{nome}'"))
    # ruleid: sql-com-valores
    await conn.fetch(f"SELECT 1 FROM {query.table}")
    # ruleid: sql-com-valores
    await conn.fetchval("SELECT 1 FROM documentos WHERE nome = '%s'" % nome)
    # ruleid: sql-com-valores
    await conn.execute("SELECT 1 FROM documentos WHERE nome = " + nome)
    # ruleid: sql-com-valores
    await conn.execute("SELECT 1 FROM {}".format(nome))


async def good(conn, nome):
    # ok: sql-com-valores
    await conn.execute(text("SELECT 1 FROM documentos WHERE nome = :nome"), {"nome": nome})
    # ok: sql-com-valores
    await conn.execute(text(f"SELECT 1 FROM {_ROWS}"))
    # ok: sql-com-valores
    await conn.fetch("SELECT 1 FROM documentos WHERE nome = $1", nome)
