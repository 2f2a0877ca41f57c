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
  ["Type", "Tipo"],
  ["Authorized", "Credencial guardada nesta página"],
  ["Name: ", "Nome: "],
  ["In: ", "Em: "],
  ["Available values", "Valores"],
  ["Default value", "Sem ele"],
  ["Edit Value", "Editar"],
  ["Add string item", "Acrescentar arquivo"],
  ["Request duration", "Duração"],
  ["Send empty value", "Enviar vazio"],
  ["Copy to clipboard", "Copiar"],
  ["Failed to fetch", "O serviço não respondeu"],
  ["Loading", "Carregando"],
  ["query", "consulta"],
  ["path", "endereço"],
  ["header", "cabeçalho"],
]);

// Of the service or of its document, and in its own words; but Swagger UI writes some of its own in Markdown.
function isContent(element) {
  return element.closest("pre, code, textarea, .markdown") && !element.matches(":is(.parameter__enum, .parameter__default) i");
}

function inPortuguese(text, element) {
  if (text === "Authorize" && element.closest(".auth-btn-wrapper")) return "Guardar";
  return words.get(text) ?? words.get(text.trim());
}

function translate(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const found = inPortuguese(node.nodeValue, node.parentElement);
    if (found && !isContent(node.parentElement)) node.nodeValue = found;
  }
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

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
    // A lote is chosen as a file, not typed.
    fileUploadMediaTypes: ["application/octet-stream", "application/zip", "application/gzip", "application/x-"],
    persistAuthorization: false,
    validatorUrl: null,
  });
});
