// Confere as notificações da API Fiscal XML: assinaturas v1 e v1a. Java 17 ou mais novo, sem
// dependências.

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Webhook {
    private static final long TOLERANCIA = 5 * 60; // segundos
    /** O que vem antes de uma chave ed25519. */
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private Webhook() {}

    /** Não veio do serviço, ou veio há tempo demais: responda 400 e não faça nada. */
    public static final class NotificacaoRecusada extends Exception {
        private static final long serialVersionUID = 1;

        NotificacaoRecusada(String motivo) {
            super(motivo);
        }
    }

    /** Como {@link #conferir(byte[], UnaryOperator, List, long)}, agora. */
    public static void conferir(byte[] corpo, UnaryOperator<String> cabecalhos, List<String> chaves)
            throws NotificacaoRecusada {
        conferir(corpo, cabecalhos, chaves, System.currentTimeMillis() / 1000);
    }

    /**
     * Volta se a notificação é do serviço; o corpo pode então ser lido como JSON.
     *
     * @param corpo os bytes como chegaram, antes de qualquer leitura
     * @param cabecalhos dá um cabeçalho pelo nome, ou null: request::getHeader
     * @param chaves whsec_… ou whpk_…; durante uma troca, a atual e a anterior
     */
    public static void conferir(
            byte[] corpo, UnaryOperator<String> cabecalhos, List<String> chaves, long agora)
            throws NotificacaoRecusada {
        String id = cabecalhos.apply("webhook-id");
        String hora = cabecalhos.apply("webhook-timestamp");
        String assinaturas = cabecalhos.apply("webhook-signature");
        if (id == null || id.isEmpty() || id.contains(".") || assinaturas == null
                || hora == null || !hora.matches("[0-9]{1,12}")) {
            throw new NotificacaoRecusada("faltam os cabeçalhos");
        }
        if (Math.abs(agora - Long.parseLong(hora)) > TOLERANCIA) {
            throw new NotificacaoRecusada("hora longe demais da deste computador");
        }
        byte[] assinado = juntar((id + "." + hora + ".").getBytes(StandardCharsets.UTF_8), corpo);
        for (String assinatura : assinaturas.split(" ")) {
            String[] partes = assinatura.split(",", 2);
            byte[] dada = partes.length == 2 ? ler(partes[1]) : null;
            for (String chave : chaves) {
                if (dada != null && confere(partes[0], dada, chave, assinado)) {
                    return;
                }
            }
        }
        throw new NotificacaoRecusada("nenhuma assinatura confere");
    }

    private static boolean confere(String versao, byte[] dada, String chave, byte[] assinado) {
        byte[] bytes = Base64.getDecoder().decode(chave.substring(chave.indexOf('_') + 1));
        try {
            if (versao.equals("v1") && chave.startsWith("whsec_")) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
                return MessageDigest.isEqual(mac.doFinal(assinado), dada);
            }
            if (versao.equals("v1a") && chave.startsWith("whpk_") && dada.length == 64) {
                PublicKey publica =
                        KeyFactory.getInstance("Ed25519")
                                .generatePublic(new X509EncodedKeySpec(juntar(SPKI, bytes)));
                Signature assinatura = Signature.getInstance("Ed25519");
                assinatura.initVerify(publica);
                assinatura.update(assinado);
                return assinatura.verify(dada);
            }
            return false;
        } catch (GeneralSecurityException erro) {
            return false;
        }
    }

    private static byte[] ler(String texto) {
        try {
            return Base64.getDecoder().decode(texto);
        } catch (IllegalArgumentException erro) {
            return null;
        }
    }

    private static byte[] juntar(byte[] inicio, byte[] fim) {
        byte[] todos = new byte[inicio.length + fim.length];
        System.arraycopy(inicio, 0, todos, 0, inicio.length);
        System.arraycopy(fim, 0, todos, inicio.length, fim.length);
        return todos;
    }
}
