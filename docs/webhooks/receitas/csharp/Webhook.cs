// Confere as notificações da API Fiscal XML: assinaturas v1. .NET 6 ou mais novo, sem dependências.
// (O .NET não traz ed25519, de que são as v1a; cada entrega leva também uma v1.)

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

/// <summary>Não veio do serviço, ou veio há tempo demais: responda 400 e não faça nada.</summary>
public sealed class NotificacaoRecusada : Exception
{
    public NotificacaoRecusada(string motivo) : base(motivo) { }
}

public static class Webhook
{
    private const long Tolerancia = 5 * 60; // segundos

    /// <summary>O que a notificação diz.</summary>
    /// <param name="corpo">Os bytes como chegaram, antes de qualquer leitura.</param>
    /// <param name="cabecalhos">Dá um cabeçalho pelo nome, ou null: em ASP.NET,
    /// nome => request.Headers[nome].</param>
    /// <param name="segredos">whsec_…; durante uma troca, o atual e o anterior.</param>
    public static JsonDocument Conferir(
        byte[] corpo,
        Func<string, string?> cabecalhos,
        IReadOnlyCollection<string> segredos,
        long? agora = null)
    {
        string id = cabecalhos("webhook-id") ?? "";
        string hora = cabecalhos("webhook-timestamp") ?? "";
        string assinaturas = cabecalhos("webhook-signature") ?? "";
        if (id == "" || id.Contains('.') || assinaturas == "" || hora.Length > 12
            || !long.TryParse(hora, NumberStyles.None, CultureInfo.InvariantCulture, out long em))
        {
            throw new NotificacaoRecusada("faltam os cabeçalhos");
        }
        if (Math.Abs((agora ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds()) - em) > Tolerancia)
        {
            throw new NotificacaoRecusada("hora longe demais da deste computador");
        }
        byte[] assinado = Encoding.UTF8.GetBytes($"{id}.{hora}.").Concat(corpo).ToArray();
        List<byte[]> esperadas = segredos.Select(segredo => Assinar(segredo, assinado)).ToList();
        foreach (string assinatura in assinaturas.Split(' '))
        {
            byte[] dada = new byte[32];
            if (assinatura.StartsWith("v1,", StringComparison.Ordinal)
                && Convert.TryFromBase64String(assinatura[3..], dada, out int tamanho)
                && tamanho == dada.Length
                && esperadas.Any(esperada => CryptographicOperations.FixedTimeEquals(esperada, dada)))
            {
                return JsonDocument.Parse(corpo);
            }
        }
        throw new NotificacaoRecusada("nenhuma assinatura confere");
    }

    private static byte[] Assinar(string segredo, byte[] assinado)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String(segredo["whsec_".Length..]));
        return hmac.ComputeHash(assinado);
    }
}
