import logging

logger = logging.getLogger("x")


def bad(body, nome, error):
    # ruleid: mensagem-de-log-montada
    logger.info(f"recebido {nome}")
    # ruleid: mensagem-de-log-montada
    logger.warning("corpo %s" % body)
    # ruleid: mensagem-de-log-montada
    logger.warning("corpo %s", body)
    # ruleid: mensagem-de-log-montada
    logger.error(str(error))
    # ruleid: mensagem-de-log-montada
    logger.debug(body)
    # ruleid: mensagem-de-log-montada
    logging.info("x" + nome)


def good(lote, error):
    # ok: mensagem-de-log-montada
    logger.info("lote aberto", extra={"batch_id": lote})
    # ok: mensagem-de-log-montada
    logger.exception("job failed")
    # ok: mensagem-de-log-montada
    logger.error("failed", exc_info=error)
