import hmac


def bad(mac, senha, row, key, data):
    # ruleid: segredo-comparado
    if mac == row.mac:
        return True
    # ruleid: segredo-comparado
    if senha != row["x"]:
        return False
    # ruleid: segredo-comparado
    return data == hmac.new(key, data, "sha256").digest()


def good(mac, row, senha):
    # ok: segredo-comparado
    if hmac.compare_digest(mac, row.mac):
        return True
    # ok: segredo-comparado
    if again.senha != row.senha:
        return False
    # ok: segredo-comparado
    return senha == ""
