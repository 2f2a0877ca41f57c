// Sends the form, with the code of the e-mail, which is kept off the address bar from here on.
const form = document.querySelector("form");
const said = document.getElementById("resposta");
const code = new URLSearchParams(location.hash.slice(1)).get("codigo");
history.replaceState(null, "", location.pathname);

function say(words, wrong) {
  said.textContent = words;
  said.classList.toggle("erro", wrong);
}

async function send() {
  const body = Object.fromEntries(new FormData(form));
  if (code) body.codigo = code;
  const response = await fetch(form.dataset.envia, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
  });
  if (response.ok) return true;
  throw new Error((await response.json()).detail);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  say("Um instante…", false);
  try {
    await send();
    form.remove();
    say(form.dataset.feito, false);
  } catch (error) {
    // A TypeError is of the browser: nothing was answered.
    say(error instanceof TypeError ? "O serviço não respondeu. Tente de novo." : error.message, true);
    button.disabled = false;
  }
});

if (!code && !("semCodigo" in form.dataset)) {
  form.hidden = true;
  say("Abra esta página pelo endereço do e-mail: falta o código.", true);
}
