// Swagger UI has no translation of its own: these are the words that a reader meets.
const words = new Map([
  ["Authorize", "Credencial"],
  ["Available authorizations", "Credencial"],
  ["Logout", "Esquecer"],
  ["Close", "Fechar"],
  ["Value:", "Valor:"],
  ["Try it out", "Experimentar"],
  ["Try it out ", "Experimentar"],
  ["Cancel", "Cancelar"],
  ["Reset", "Recomeçar"],
  ["Execute", "Enviar"],
  ["Clear", "Limpar"],
  ["Parameters", "Parâmetros"],
  ["No parameters", "Sem parâmetros"],
  ["Request body", "Corpo da requisição"],
  ["Responses", "Respostas"],
  ["Response body", "Corpo da resposta"],
  ["Response headers", "Cabeçalhos da resposta"],
  ["Request URL", "Endereço"],
  ["Server response", "Resposta do servidor"],
  ["Server", "Servidor"],
  ["Servers", "Servidores"],
  ["Code", "Código"],
  ["Details", "Detalhes"],
  ["Name", "Nome"],
  ["Description", "Descrição"],
  ["Headers:", "Cabeçalhos:"],
  ["Links", "Links"],
  ["No links", "Sem links"],
  ["Media type", "Tipo"],
  ["Examples", "Exemplos"],
  ["Examples: ", "Exemplos: "],
  ["Example Value", "Exemplo"],
  ["Example Description", "Descrição do exemplo"],
  ["Schema", "Esquema"],
  ["Schemas", "Esquemas"],
  ["required", "obrigatório"],
  ["Download", "Baixar"],
  ["Expand all", "Abrir tudo"],
  ["Collapse all", "Fechar tudo"],
]);

function translate(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const found = words.get(node.nodeValue) ?? words.get(node.nodeValue.trim());
    if (found && !node.parentElement.closest("pre, code, textarea, .markdown")) node.nodeValue = found;
  }
}

window.addEventListener("DOMContentLoaded", () => {
  const page = document.getElementById("referencia");
  new MutationObserver(() => translate(page)).observe(page, { childList: true, subtree: true });
  SwaggerUIBundle({
    url: "openapi.json",
    domNode: page,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
  });
});
