// Confere as notificações da API Fiscal XML: assinaturas v1 e v1a. Node 18 ou mais novo, sem
// dependências.

import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";

const TOLERANCIA = 5 * 60; // segundos
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SPKI = Buffer.from("302a300506032b6570032100", "hex"); // o que vem antes de uma chave ed25519

/** Não veio do serviço, ou veio há tempo demais: responda 400 e não faça nada. */
export class NotificacaoRecusada extends Error {}

/**
 * O que a notificação diz.
 *
 * @param {Buffer} corpo os bytes como chegaram: em Express, express.raw({ type: "*\/*" })
 * @param {Record<string, string>} cabecalhos os nomes em minúsculas, como Node os dá
 * @param {string[]} chaves do webhook: whsec_… ou whpk_…; durante uma troca, a atual e a anterior
 */
export function conferir(corpo, cabecalhos, chaves, agora = Date.now() / 1000) {
  const id = cabecalhos["webhook-id"] ?? "";
  const hora = cabecalhos["webhook-timestamp"] ?? "";
  const assinaturas = cabecalhos["webhook-signature"] ?? "";
  if (!id || id.includes(".") || !/^[0-9]{1,12}$/.test(hora) || !assinaturas) {
    throw new NotificacaoRecusada("faltam os cabeçalhos");
  }
  if (Math.abs(agora - Number(hora)) > TOLERANCIA) {
    throw new NotificacaoRecusada("hora longe demais da deste computador");
  }
  const assinado = Buffer.concat([Buffer.from(`${id}.${hora}.`), corpo]);
  for (const assinatura of assinaturas.split(" ")) {
    const virgula = assinatura.indexOf(",");
    const versao = assinatura.slice(0, virgula);
    const texto = assinatura.slice(virgula + 1);
    if (!BASE64.test(texto)) continue;
    const dada = Buffer.from(texto, "base64");
    if (chaves.some((chave) => confere(versao, dada, chave, assinado))) {
      return JSON.parse(corpo.toString("utf8"));
    }
  }
  throw new NotificacaoRecusada("nenhuma assinatura confere");
}

function confere(versao, dada, chave, assinado) {
  const bytes = Buffer.from(chave.slice(chave.indexOf("_") + 1), "base64");
  if (versao === "v1" && chave.startsWith("whsec_")) {
    const esperada = createHmac("sha256", bytes).update(assinado).digest();
    return dada.length === esperada.length && timingSafeEqual(dada, esperada);
  }
  if (versao === "v1a" && chave.startsWith("whpk_")) {
    const key = createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: "der", type: "spki" });
    return verify(null, assinado, key, dada);
  }
  return false;
}
