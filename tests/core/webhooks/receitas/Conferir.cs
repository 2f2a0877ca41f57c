// Says of each vector, in order, whether the recipe takes it.
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;

public sealed record Vetor(
    string nome, bool confere, long agora, List<string> chaves,
    Dictionary<string, string> cabecalhos, string corpo);

public static class Conferir
{
    public static void Main(string[] args)
    {
        var taken = new List<bool>();
        foreach (Vetor each in JsonSerializer.Deserialize<List<Vetor>>(File.ReadAllText(args[0]))!)
        {
            try
            {
                Webhook.Conferir(
                    Encoding.UTF8.GetBytes(each.corpo),
                    nome => each.cabecalhos.GetValueOrDefault(nome),
                    each.chaves,
                    each.agora);
                taken.Add(true);
            }
            catch (NotificacaoRecusada)
            {
                taken.Add(false);
            }
        }
        Console.WriteLine(JsonSerializer.Serialize(taken));
    }
}
