// Sends a form, with the code of the e-mail, which is kept off the address bar from here on. A form
// with `data-entra` signs in first, and leaves no session behind.
const parts = document.querySelectorAll("form, details");
const said = document.getElementById("resposta");
const code = new URLSearchParams(location.hash.slice(1)).get("codigo");
history.replaceState(null, "", location.pathname);

function say(words, wrong) {
  said.textContent = words;
  said.classList.toggle("erro", wrong);
}

async function ask(method, path, body, token) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const options = { method, headers, body: body && JSON.stringify(body), credentials: "omit" };
  const response = await fetch(path, options);
  const text = await response.text();
  const told = text ? JSON.parse(text) : {};
  if (!response.ok) throw new Error(told.detail);
  return told;
}

async function enter(form, { email, senha, fator }) {
  const sessions = form.dataset.entra;
  const told = await ask("POST", sessions, { email, senha });
  if (told.acesso) return told;
  const field = form.elements.fator;
  if (fator) {
    const answer = /^\d{6}$/.test(fator) ? "totp" : "recuperacao";
    const proof = { desafio: told.desafio, fator: answer, codigo: fator };
    return ask("POST", `${sessions}/segundo-fator`, proof);
  }
  field.closest("label").hidden = false;
  field.required = true;
  throw new Error("Informe também o código do aplicativo, ou um de recuperação.");
}

async function send(form) {
  const fields = Object.fromEntries(new FormData(form));
  const { envia, entra } = form.dataset;
  if (!entra) return ask("POST", envia, code ? { ...fields, codigo: code } : fields);
  const { sessao, acesso } = await enter(form, fields);
  try {
    await ask("POST", envia, { codigo: code }, acesso);
  } finally {
    await ask("DELETE", `${entra}/${sessao}`, undefined, acesso);
  }
}

for (const form of document.forms) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say("Um instante…", false);
    try {
      await send(form);
      for (const each of parts) each.remove();
      say(form.dataset.feito, false);
    } catch (error) {
      // A TypeError is of the browser: nothing was answered.
      say(error instanceof TypeError ? "O serviço não respondeu. Tente de novo." : error.message, true);
      button.disabled = false;
    }
  });
}

if (!code && !document.querySelector("[data-sem-codigo]")) {
  for (const each of parts) each.hidden = true;
  say("Abra esta página pelo endereço do e-mail: falta o código.", true);
}
