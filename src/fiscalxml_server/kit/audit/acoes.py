"""What the audit log can tell: A NEW ACTION is one row, its name there and what it tells."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Acao(StrEnum):
    """Alphabetical by name; `docs/auditoria.md` is made from it."""

    descricao: str

    def __new__(cls, value: str, descricao: str) -> Self:
        acao = str.__new__(cls, value)
        acao._value_ = value
        acao.descricao = descricao
        return acao

    AUDITORIA_DETALHES_APAGADOS = (
        "auditoria.detalhes_apagados",
        "Os detalhes de registros foram apagados; os registros ficam. O alvo diz quais: os de um "
        "ator ou alvo, ou os anteriores a um instante.",
    )
    AUDITORIA_EXPORTADA = "auditoria.exportada", "A auditoria de um período foi exportada."
    AUDITORIA_LIDA = "auditoria.lida", "Uma página da auditoria foi lida."
    CADASTRO_PEDIDO = "cadastro.pedido", "Alguém pediu um cadastro."
    CHAVE_CRIADA = "chave.criada", "Uma chave de API foi criada."
    CHAVE_LIDA = "chave.lida", "O que se sabe de uma chave de API foi lido."
    CHAVE_RENOMEADA = "chave.renomeada", "Uma chave de API mudou de nome."
    CHAVE_REVOGADA = "chave.revogada", "Uma chave de API foi revogada."
    CHAVE_ROTACIONADA = "chave.rotacionada", "Uma chave de API ganhou outro segredo."
    CHAVE_VAZADA = "chave.vazada", "Alguém avisou que uma chave de API vazou."
    CHAVE_DE_ASSINATURA_CRIADA = (
        "chave_de_assinatura.criada",
        "Uma chave que assina tokens foi criada.",
    )
    CHAVE_DE_ASSINATURA_REMOVIDA = (
        "chave_de_assinatura.removida",
        "Uma chave que assina tokens deixou de valer.",
    )
    CHAVE_DE_AUDITORIA_CRIADA = (
        "chave_de_auditoria.criada",
        "Outra chave passou a assinar os pontos de controle.",
    )
    CHAVE_DE_DADOS_TROCADA = (
        "chave_de_dados.trocada",
        "Os documentos da organização passaram a ser selados com outra chave; o alvo diz qual.",
    )
    CHAVES_LISTADAS = "chaves.listadas", "Uma página das chaves de API foi lida."
    CHAVES_POLITICA_LIDA = "chaves.politica_lida", "A política de chaves de API foi lida."
    CODIGO_DE_RECUPERACAO_USADO = (
        "codigo_de_recuperacao.usado",
        "Um código de recuperação serviu de segundo fator.",
    )
    CODIGOS_DE_RECUPERACAO_CRIADOS = (
        "codigos_de_recuperacao.criados",
        "Códigos de recuperação novos tomaram o lugar dos anteriores.",
    )
    CONTA_ALTERADA = "conta.alterada", "Uma pessoa mudou a própria conta."
    CONTA_APAGADA = "conta.apagada", "Uma pessoa apagou a própria conta."
    CONTA_EMAIL_DESFEITO = (
        "conta.email_desfeito",
        "O e-mail de uma conta voltou a ser o anterior, e a senha deixou de valer.",
    )
    CONTA_EMAIL_PEDIDO = "conta.email_pedido", "Uma pessoa pediu outro e-mail para a conta."
    CONTA_EMAIL_TROCADO = "conta.email_trocado", "O e-mail de uma conta passou a ser outro."
    CONTA_EXPORTADA = "conta.exportada", "Uma pessoa leu todos os dados da própria conta."
    CONVITE_CANCELADO = "convite.cancelado", "Um convite foi cancelado."
    CONVITE_ENVIADO = "convite.enviado", "Alguém foi convidado."
    CONVITES_LISTADOS = "convites.listados", "Uma página dos convites foi lida."
    COTA_ALTERADA = "cota.alterada", "Os limites da organização, ou de uma chave, mudaram."
    COTA_DA_CHAVE_LIDA = "cota_da_chave.lida", "Os limites de uma chave foram lidos."
    COTAS_LIDAS = "cotas.lidas", "Os limites da organização foram lidos."
    DOCUMENTO_EVENTOS_LIDOS = "documento.eventos_lidos", "Os eventos de um documento foram lidos."
    DOCUMENTO_GRAFO_LIDO = "documento.grafo_lido", "O grafo de um documento foi lido."
    DOCUMENTO_IMPRESSO = "documento.impresso", "O documento auxiliar (DANFE e outros) foi impresso."
    DOCUMENTO_LIDO = "documento.lido", "O que se sabe de um documento foi lido."
    DOCUMENTO_RECEBIDO = "documento.recebido", "Um documento foi validado e guardado."
    DOCUMENTO_RELATORIO_LIDO = "documento.relatorio_lido", "O relatório de um documento foi lido."
    DOCUMENTO_RESUMO_LIDO = "documento.resumo_lido", "O resumo de um documento foi lido."
    DOCUMENTO_VALIDACOES_LIDAS = (
        "documento.validacoes_lidas",
        "O histórico das validações de um documento foi lido.",
    )
    DOCUMENTO_XML_LIDO = "documento.xml_lido", "O XML de um documento foi baixado."
    DOCUMENTOS_CAUSAS_LIDAS = "documentos.causas_lidas", "As causas de uma busca foram lidas."
    DOCUMENTOS_ELIMINADOS = (
        "documentos.eliminados",
        "Documentos foram eliminados; o certificado, que é o alvo, diz quantos e por quê.",
    )
    DOCUMENTOS_EXPORTADOS = (
        "documentos.exportados",
        "Uma busca foi exportada na própria resposta.",
    )
    DOCUMENTOS_MUDANCAS_LIDAS = "documentos.mudancas_lidas", "Uma página do que mudou foi lida."
    DOCUMENTOS_PROCURADOS = "documentos.procurados", "Uma página de uma busca foi lida."
    DOCUMENTOS_SOMADOS = "documentos.somados", "Os totais de uma busca foram lidos."
    EMPRESA_ALTERADA = "empresa.alterada", "Uma empresa da organização mudou de nome."
    EMPRESA_INCLUIDA = "empresa.incluida", "Uma empresa entrou na organização."
    EMPRESA_LIDA = "empresa.lida", "O que se sabe de uma empresa foi lido."
    EMPRESA_REMOVIDA = "empresa.removida", "Uma empresa saiu da organização."
    EMPRESAS_LISTADAS = "empresas.listadas", "Uma página das empresas foi lida."
    ENTRADA_RECUSADA = "entrada.recusada", "Uma tentativa de entrar foi recusada."
    EXPORTACAO_BAIXADA = (
        "exportacao.baixada",
        "O arquivo de uma exportação, ou uma parte dele, foi baixado; ator `endereco`: por quem "
        "tinha o endereço assinado, que uma leitura da exportação deu.",
    )
    EXPORTACAO_CANCELADA = "exportacao.cancelada", "Uma exportação foi cancelada."
    EXPORTACAO_LIDA = (
        "exportacao.lida",
        "A situação de uma exportação foi lida, e com ela o endereço assinado do arquivo pronto.",
    )
    EXPORTACAO_PEDIDA = "exportacao.pedida", "Uma exportação foi pedida."
    EXPORTACOES_LISTADAS = "exportacoes.listadas", "Uma página das exportações foi lida."
    INCIDENTE_COMUNICADO = (
        "incidente.comunicado",
        "Registrou-se que um incidente foi comunicado à ANPD ou aos titulares.",
    )
    INCIDENTE_REGISTRADO = "incidente.registrado", "Um incidente de segurança foi registrado."
    LOTE_CAUSAS_LIDAS = "lote.causas_lidas", "As causas de um lote foram lidas."
    LOTE_ENVIADO = "lote.enviado", "Um lote foi recebido."
    LOTE_ENVIO_PREPARADO = (
        "lote.envio_preparado",
        "Foi dado um endereço assinado para gravar um lote direto no armazenamento.",
    )
    LOTE_EXPORTADO = "lote.exportado", "Um lote foi exportado na própria resposta."
    LOTE_ITENS_LIDOS = "lote.itens_lidos", "Uma página dos itens de um lote foi lida."
    LOTE_LIDO = "lote.lido", "A situação de um lote foi lida, ou passou a ser acompanhada."
    LOTES_LISTADOS = "lotes.listados", "Uma página dos lotes foi lida."
    MAQUINA_AUTENTICADA = "maquina.autenticada", "Uma máquina provou quem é, para ter um token."
    MAQUINA_CRIADA = "maquina.criada", "Uma máquina foi criada."
    MAQUINA_LIDA = "maquina.lida", "O que se sabe de uma máquina foi lido."
    MAQUINA_RECUSADA = "maquina.recusada", "Quem pediu um token por uma máquina não a provou ser."
    MAQUINA_REMOVIDA = "maquina.removida", "Uma máquina foi removida, e os seus tokens com ela."
    MAQUINAS_LISTADAS = "maquinas.listadas", "Uma página das máquinas foi lida."
    MEMBRO_ALTERADO = "membro.alterado", "O papel ou as empresas de um membro mudaram."
    MEMBRO_INCLUIDO = "membro.incluido", "Alguém entrou na organização."
    MEMBRO_LIDO = "membro.lido", "O que se sabe de um membro foi lido."
    MEMBRO_REMOVIDO = "membro.removido", "Alguém saiu da organização."
    MEMBRO_SESSOES_ENCERRADAS = (
        "membro.sessoes_encerradas",
        "As sessões de um membro foram encerradas na organização; ele entra de novo para voltar.",
    )
    MEMBROS_LISTADOS = "membros.listados", "Uma página dos membros foi lida."
    ORGANIZACAO_ALTERADA = (
        "organizacao.alterada",
        "A organização mudou de nome, ou passou a exigir, ou a dispensar, um segundo fator.",
    )
    ORGANIZACAO_CRIADA = "organizacao.criada", "A organização foi criada."
    ORGANIZACAO_ELIMINACAO_CANCELADA = (
        "organizacao.eliminacao_cancelada",
        "A eliminação de tudo da organização foi cancelada.",
    )
    ORGANIZACAO_ELIMINACAO_PEDIDA = (
        "organizacao.eliminacao_pedida",
        "Pediu-se a eliminação de tudo da organização.",
    )
    ORGANIZACAO_ELIMINADA = (
        "organizacao.eliminada",
        "Os documentos da organização e suas chaves foram eliminados.",
    )
    ORGANIZACAO_ENCERRADA = "organizacao.encerrada", "A organização foi encerrada."
    ORGANIZACAO_LIDA = "organizacao.lida", "O que se sabe da organização foi lido."
    PASSKEY_CRIADA = "passkey.criada", "Uma passkey foi registrada."
    PASSKEY_RECUSADA = "passkey.recusada", "Uma passkey foi recusada."
    PASSKEY_REMOVIDA = "passkey.removida", "Uma passkey foi removida."
    PASSKEY_RENOMEADA = "passkey.renomeada", "Uma passkey mudou de nome."
    PEDIDO_DE_TITULAR_LIDO = "pedido_de_titular.lido", "Leu-se que documentos citam um titular."
    PEDIDO_DE_TITULAR_RECEBIDO = (
        "pedido_de_titular.recebido",
        "Um pedido de acesso ou de eliminação de um titular foi registrado.",
    )
    PEDIDO_DE_TITULAR_RESPONDIDO = (
        "pedido_de_titular.respondido",
        "A resposta ao pedido de um titular ficou pronta.",
    )
    PESSOA_CADASTRADA = "pessoa.cadastrada", "Uma conta foi criada."
    POLITICA_DE_CHAVES_ALTERADA = (
        "politica_de_chaves.alterada",
        "Mudou o que se faz de uma chave que vazou.",
    )
    RETENCAO_CRIADA = "retencao.criada", "Uma retenção legal passou a impedir eliminações."
    RETENCAO_ENCERRADA = "retencao.encerrada", "Uma retenção legal foi encerrada."
    REVALIDACAO_CANCELADA = "revalidacao.cancelada", "Uma revalidação foi cancelada."
    REVALIDACAO_CAUSAS_LIDAS = "revalidacao.causas_lidas", "As causas do que veio foram lidas."
    REVALIDACAO_ITENS_LIDOS = (
        "revalidacao.itens_lidos",
        "Uma página do que uma revalidação mudou foi lida.",
    )
    REVALIDACAO_LIDA = (
        "revalidacao.lida",
        "A situação de uma revalidação foi lida, ou passou a ser acompanhada.",
    )
    REVALIDACAO_PARTICIPANTES_LIDOS = (
        "revalidacao.participantes_lidos",
        "Uma página de em quem a mudança está foi lida.",
    )
    REVALIDACAO_PEDIDA = "revalidacao.pedida", "Uma revalidação foi pedida."
    REVALIDACOES_LISTADAS = "revalidacoes.listadas", "Uma página das revalidações foi lida."
    SEGREDO_ADOTADO = (
        "segredo.adotado",
        "O que estava selado passou a ser selado pelo segredo atual do serviço de contas.",
    )
    SENHA_ALTERADA = "senha.alterada", "Uma pessoa trocou a própria senha."
    SENHA_ESQUECIDA = "senha.esquecida", "Pediu-se uma senha nova por e-mail."
    SENHA_REDEFINIDA = "senha.redefinida", "Uma senha nova tomou o lugar da esquecida."
    SESSAO_ABERTA = "sessao.aberta", "Uma pessoa entrou."
    SESSAO_CONFIRMADA = "sessao.confirmada", "Uma pessoa confirmou de novo quem é."
    SESSAO_ENCERRADA = "sessao.encerrada", "Uma sessão terminou."
    SESSAO_NA_ORGANIZACAO = "sessao.na_organizacao", "Uma sessão passou a outra organização."
    SESSAO_REUTILIZADA = (
        "sessao.reutilizada",
        "Um token de renovação já usado foi mostrado de novo; a sessão foi encerrada.",
    )
    TOTP_ATIVADO = "totp.ativado", "O segundo fator por aplicativo foi ativado."
    TOTP_REMOVIDO = "totp.removido", "O segundo fator por aplicativo foi removido."
    WEBHOOK_ALTERADO = "webhook.alterado", "Um webhook mudou; os campos estão nos detalhes."
    WEBHOOK_CRIADO = "webhook.criado", "Um webhook foi criado."
    WEBHOOK_DESATIVADO = (
        "webhook.desativado",
        "Um webhook que só falhava, ou cujo receptor respondeu 410, deixou de entregar.",
    )
    WEBHOOK_ENTREGA_LIDA = "webhook.entrega_lida", "Uma entrega e as tentativas dela foram lidas."
    WEBHOOK_ENTREGA_REENVIADA = "webhook.entrega_reenviada", "Pediu-se de novo uma entrega."
    WEBHOOK_ENTREGAS_LISTADAS = (
        "webhook.entregas_listadas",
        "Uma página das entregas de um webhook foi lida.",
    )
    WEBHOOK_FLUXO_ABERTO = (
        "webhook.fluxo_aberto",
        "Um fluxo de notificações foi aberto, para serem lidas sem webhook.",
    )
    WEBHOOK_FLUXO_FECHADO = "webhook.fluxo_fechado", "Um fluxo de notificações foi fechado."
    WEBHOOK_FLUXO_LIDO = "webhook.fluxo_lido", "Notificações de um fluxo foram lidas."
    WEBHOOK_LIDO = "webhook.lido", "O que se sabe de um webhook foi lido."
    WEBHOOK_NOTIFICACAO_LIDA = (
        "webhook.notificacao_lida",
        "Uma notificação, e a quem foi entregue, foi lida.",
    )
    WEBHOOK_NOTIFICACOES_LISTADAS = (
        "webhook.notificacoes_listadas",
        "Uma página das notificações foi lida.",
    )
    WEBHOOK_PAUSADO = "webhook.pausado", "Um webhook foi pausado."
    WEBHOOK_REENVIO_LIDO = "webhook.reenvio_lido", "O andamento de um reenvio foi lido."
    WEBHOOK_REENVIO_PEDIDO = (
        "webhook.reenvio_pedido",
        "Pediram-se de novo entregas de um webhook; quais, nos detalhes.",
    )
    WEBHOOK_REMOVIDO = "webhook.removido", "Um webhook foi removido."
    WEBHOOK_RETOMADO = "webhook.retomado", "Um webhook pausado ou desativado voltou a entregar."
    WEBHOOK_SAUDE_LIDA = "webhook.saude_lida", "A saúde de um webhook foi lida."
    WEBHOOK_SEGREDO_ANTERIOR_REMOVIDO = (
        "webhook.segredo_anterior_removido",
        "O segredo anterior de um webhook deixou de assinar antes da hora.",
    )
    WEBHOOK_SEGREDO_LIDO = "webhook.segredo_lido", "O segredo de um webhook foi lido."
    WEBHOOK_SEGREDO_TROCADO = "webhook.segredo_trocado", "Um webhook ganhou outro segredo."
    WEBHOOK_TESTADO = "webhook.testado", "Uma notificação de teste foi pedida."
    WEBHOOKS_LISTADOS = "webhooks.listados", "Uma página dos webhooks foi lida."
