<?php

// Confere as notificações da API Fiscal XML: assinaturas v1 e v1a. PHP 8.1 ou mais novo; v1a pede
// a extensão sodium, que acompanha o PHP.

declare(strict_types=1);

/** Não veio do serviço, ou veio há tempo demais: responda 400 e não faça nada. */
final class NotificacaoRecusada extends RuntimeException
{
}

final class Webhook
{
    private const TOLERANCIA = 5 * 60; // segundos

    /**
     * O que a notificação diz.
     *
     * @param string $corpo os bytes como chegaram: file_get_contents('php://input')
     * @param array<string, string> $cabecalhos como getallheaders() os dá
     * @param list<string> $chaves whsec_… ou whpk_…; durante uma troca, a atual e a anterior
     * @return array<string, mixed>
     */
    public static function conferir(
        string $corpo,
        array $cabecalhos,
        array $chaves,
        ?int $agora = null,
    ): array {
        $recebidos = array_change_key_case($cabecalhos, CASE_LOWER);
        $id = $recebidos['webhook-id'] ?? '';
        $hora = $recebidos['webhook-timestamp'] ?? '';
        $assinaturas = $recebidos['webhook-signature'] ?? '';
        if ($id === '' || str_contains($id, '.') || $assinaturas === ''
            || !preg_match('/\A[0-9]{1,12}\z/', $hora)) {
            throw new NotificacaoRecusada('faltam os cabeçalhos');
        }
        if (abs(($agora ?? time()) - (int) $hora) > self::TOLERANCIA) {
            throw new NotificacaoRecusada('hora longe demais da deste computador');
        }
        $assinado = "$id.$hora.$corpo";
        foreach (explode(' ', $assinaturas) as $assinatura) {
            [$versao, $texto] = explode(',', $assinatura, 2) + ['', ''];
            $dada = base64_decode($texto, true);
            if ($dada === false) {
                continue;
            }
            foreach ($chaves as $chave) {
                if (self::confere($versao, $dada, $chave, $assinado)) {
                    return json_decode($corpo, true, 512, JSON_THROW_ON_ERROR);
                }
            }
        }
        throw new NotificacaoRecusada('nenhuma assinatura confere');
    }

    private static function confere(
        string $versao,
        string $dada,
        string $chave,
        string $assinado,
    ): bool {
        $bytes = (string) base64_decode(substr($chave, (int) strpos($chave, '_') + 1), true);
        if ($versao === 'v1' && str_starts_with($chave, 'whsec_')) {
            return hash_equals(hash_hmac('sha256', $assinado, $bytes, true), $dada);
        }
        if ($versao === 'v1a' && str_starts_with($chave, 'whpk_')) {
            return strlen($dada) === SODIUM_CRYPTO_SIGN_BYTES
                && sodium_crypto_sign_verify_detached($dada, $assinado, $bytes);
        }
        return false;
    }
}
