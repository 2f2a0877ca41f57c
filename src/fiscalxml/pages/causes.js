"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const number = new Intl.NumberFormat("pt-BR");
  const search = byId("busca");
  const clear = byId("limpar");
  const causes = [...document.querySelectorAll(".causa")];
  const documents = [...document.querySelectorAll(".documento")];
  const texts = new WeakMap();
  let cause = null;

  const textOf = (node) => {
    if (!texts.has(node)) {
      const text = plain(node.textContent);
      // CNPJ and chave are found with their punctuation and without it.
      texts.set(node, text + " " + text.replace(/(\d)[ ./-](?=\d)/g, "$1"));
    }
    return texts.get(node);
  };
  const has = (node, words) => words.every((word) => textOf(node).includes(word));
  const verdict = () => document.querySelector('input[name="veredito"]:checked').value;
  const show = (nodes, wanted) => {
    let shown = 0;
    for (const node of nodes) {
      const keep = wanted(node);
      node.hidden = !keep;
      shown += keep;
    }
    return shown;
  };

  const apply = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const wanted = verdict();
    const inDocuments = new Set();
    const shownDocuments = show(documents, (node) => {
      const numbers = node.dataset.c.split(" ");
      if (wanted && node.dataset.v !== wanted) return false;
      for (const n of numbers) inDocuments.add(n);
      if (cause && !numbers.includes(cause.dataset.n)) return false;
      return has(node, words);
    });
    const shownCauses = show(causes, (node) => {
      if (cause) return node === cause;
      return (!wanted || inDocuments.has(node.dataset.n)) && has(node, words);
    });
    const filtered = words.length > 0 || wanted !== "" || cause !== null;
    const total = cause ? Number(cause.dataset.documentos) : documents.length;
    const parts = [`${number.format(shownCauses)} ${shownCauses === 1 ? "causa" : "causas"}`];
    parts.push(`${number.format(shownDocuments)} de ${number.format(total)} ${total === 1 ? "documento" : "documentos"}`);
    byId("estado").textContent = filtered ? `Mostrando ${parts.join(" e ")}.` : "";
    byId("sem-causas").hidden = shownCauses > 0 || !causes.length;
    byId("sem-documentos").hidden = shownDocuments > 0 || !documents.length;
    clear.hidden = !filtered;
  };

  const reset = () => {
    search.value = "";
    document.querySelector('input[name="veredito"][value=""]').checked = true;
    cause = null;
  };

  // #c-<id> is a cause, #documentos-de-<id> its documents.
  const follow = () => {
    const hash = location.hash.slice(1);
    const wanted = hash.startsWith("documentos-de-") ? byId("c-" + hash.slice(14)) : null;
    if (wanted !== cause) {
      if (wanted) reset();
      cause = wanted;
      apply();
    }
    if (wanted) {
      byId("documentos").scrollIntoView();
      return;
    }
    const target = hash.startsWith("c-") ? byId(hash) : null;
    if (target) {
      if (target.hidden) {
        reset();
        apply();
      }
      target.querySelector("details").open = true;
      target.scrollIntoView();
    }
  };

  let waiting = 0;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  };
  search.addEventListener("input", later);
  for (const input of document.querySelectorAll('input[name="veredito"]')) input.addEventListener("change", apply);
  clear.addEventListener("click", () => {
    reset();
    history.replaceState(null, "", location.pathname + location.search);
    apply();
    search.focus();
  });
  for (const link of document.querySelectorAll(".ver")) {
    link.href = "#documentos-de-" + link.closest(".causa").id.slice(2);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });
  window.addEventListener("hashchange", follow);

  // Paper cannot be clicked: what is on the page is opened for it, and closed again.
  const paper = 200;
  let opened = [];
  window.addEventListener("beforeprint", () => {
    const shown = documents.filter((node) => !node.hidden);
    const list = document.querySelector(".documentos");
    list.classList.toggle("curta", shown.length <= paper);
    opened = [...document.querySelectorAll(".causa details:not([open])")];
    if (shown.length <= paper) opened.push(...shown.filter((node) => node.tagName === "DETAILS" && !node.open));
    for (const node of opened) node.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const node of opened) node.open = false;
    opened = [];
  });

  document.documentElement.classList.add("js");
  follow();
})();
