"""What ended long ago is removed: keys and their secrets, codes, factors that nobody confirmed."""

from __future__ import annotations

from uuid import UUID

from fiscalxml_server.auth.privacidade import keeping
from fiscalxml_server.auth.privacidade.retention import forget_of_people
from services.auth.chaves.casa import Casa

from .archive import Arquivo


def _new_key(casa: Casa) -> UUID:
    body = {"nome": "ERP", "escopos": ["validar"]}
    answer = casa.portal.request("POST", "/v1/chaves-api", token=casa.token(), json=body)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


def test_a_key_goes_a_year_after_its_end_and_its_secrets_with_it(
    casa: Casa, arquivo: Arquivo
) -> None:
    other = Casa(casa.portal)
    good, revoked, expired, lately = (_new_key(casa) for _ in range(4))
    foreign = _new_key(other)
    end = "UPDATE auth.chaves_api SET {} = now() - make_interval(days => $2) WHERE id = $1"
    for chave, column, days in (
        (revoked, "revogada_em", 366),
        (expired, "expira_em", 366),
        (lately, "revogada_em", 364),
        (foreign, "revogada_em", 366),
    ):
        arquivo.sql(end.format(column), chave, days)
    casa.portal.run(keeping.keep(casa.portal.recursos))
    assert {row["id"] for row in arquivo.sql("SELECT id FROM auth.chaves_api")} == {good, lately}
    secrets = {row["chave"] for row in arquivo.sql("SELECT chave FROM auth.segredos_de_chaves")}
    assert secrets == {good, lately}


def test_the_secret_from_before_a_rotation_goes_before_its_key(
    casa: Casa, arquivo: Arquivo
) -> None:
    chave = _new_key(casa)
    path = f"/v1/chaves-api/{chave}/rotacao"
    rotated = casa.portal.request("POST", path, token=casa.token(), json={"horas": 1})
    assert rotated.status_code in (200, 201), rotated.text
    count = "SELECT count(*) AS n FROM auth.segredos_de_chaves WHERE chave = $1"
    for days, left in ((80, 2), (20, 1)):
        arquivo.sql(
            "UPDATE auth.segredos_de_chaves SET expira_em = expira_em - make_interval(days => $1)"
            " WHERE expira_em < now() + interval '1 day'",
            days,
        )
        casa.portal.run(keeping.keep(casa.portal.recursos))
        assert arquivo.sql(count, chave)[0]["n"] == left


def test_codes_that_were_used_and_factors_that_were_not_confirmed_go(
    casa: Casa, arquivo: Arquivo
) -> None:
    other = Casa(casa.portal)
    for codigo, used in ((b"a", None), (b"b", 29), (b"c", 31)):
        arquivo.sql(
            "INSERT INTO auth.codigos_de_recuperacao (pessoa, codigo, usado_em)"
            " VALUES ($1, $2, now() - make_interval(days => $3))",
            *(casa.dono, codigo, used),
        )
    for pessoa, confirmed in ((casa.dono, True), (other.dono, False)):
        arquivo.sql(
            "INSERT INTO auth.totps (pessoa, segredo, criado_em, confirmado_em) VALUES"
            " ($1, '', now() - interval '2 days', CASE WHEN $2::boolean THEN now() END)",
            *(pessoa, confirmed),
        )
    casa.portal.run(forget_of_people(casa.portal.recursos))
    codes = arquivo.sql("SELECT codigo FROM auth.codigos_de_recuperacao")
    assert {row["codigo"] for row in codes} == {b"a", b"b"}
    assert [row["pessoa"] for row in arquivo.sql("SELECT pessoa FROM auth.totps")] == [casa.dono]
