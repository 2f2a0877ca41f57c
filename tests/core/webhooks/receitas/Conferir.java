// Says of each vector, in order, whether the recipe takes it. A line of the file is a vector: its
// clock, keys, body and headers, in base64, separated by spaces; Java has no JSON of its own.

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

public final class Conferir {
    public static void main(String[] args) throws Exception {
        List<Boolean> taken = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String[] parts = line.split(" ", -1);
            String keys = text(parts[1]);
            Map<String, String> headers = new HashMap<>();
            for (int i = 3; i < parts.length; i += 2) {
                headers.put(text(parts[i]), text(parts[i + 1]));
            }
            try {
                Webhook.conferir(
                        text(parts[2]).getBytes(StandardCharsets.UTF_8),
                        headers::get,
                        keys.isEmpty() ? List.of() : List.of(keys.split(" ")),
                        Long.parseLong(text(parts[0])));
                taken.add(true);
            } catch (Webhook.NotificacaoRecusada refused) {
                taken.add(false);
            }
        }
        System.out.println(taken);
    }

    private static String text(String part) {
        return new String(Base64.getDecoder().decode(part), StandardCharsets.UTF_8);
    }
}
