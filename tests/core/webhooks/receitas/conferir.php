<?php

// Says of each vector, in order, whether the recipe takes it.

declare(strict_types=1);

[, $recipe, $vectors] = $argv;
require $recipe;

echo json_encode(array_map(function (array $each): bool {
    try {
        Webhook::conferir($each['corpo'], $each['cabecalhos'], $each['chaves'], $each['agora']);
        return true;
    } catch (NotificacaoRecusada) {
        return false;
    }
}, json_decode(file_get_contents($vectors), true, 512, JSON_THROW_ON_ERROR)));
