// The page of a rubric: shows what a changed text would move before it counts.
"use strict";
(() => {
  const page = document.querySelector("main"), text = document.getElementById("scheme"), said = document.getElementById("said");
  const show = document.getElementById("show"), adopt = document.getElementById("adopt"), source = document.getElementById("take-source");
  let version = Number(page.dataset.version), shown = null;

  async function ask(what, body) {
    const answer = await fetch(`${page.dataset.rubric}/${what}`, {
      method: "POST", credentials: "same-origin", redirect: "manual", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-XSRFToken": document.body.dataset.xsrf },
    });
    const found = (answer.headers.get("Content-Type") || "").startsWith("application/json") ? await answer.json() : {};
    if (!answer.ok) throw new Error(found.sentence || "The server does not know you any more: log in again in another tab.");
    return found;
  }

  async function preview() {
    const wanted = text.value;
    try {
      const found = await ask("preview", { text: wanted });
      document.getElementById("shown").innerHTML = found.html;
      version = found.version;
      shown = wanted;
      adopt.disabled = false;
      said.textContent = "";
    } catch (problem) {
      adopt.disabled = true;
      said.textContent = problem.message;
    }
  }

  async function count() {
    adopt.disabled = true;
    try {
      said.textContent = (await ask("adopt", { text: shown, version })).said;
    } catch (problem) {
      said.textContent = problem.message;
    }
  }

  async function keep(event) {
    try {
      said.textContent = (await ask("keep", {})).said;
      event.target.closest(".notice").hidden = true;
    } catch (problem) {
      said.textContent = problem.message;
    }
  }

  if (!show) return;
  document.getElementById("keep")?.addEventListener("click", keep);
  show.addEventListener("click", preview);
  adopt.addEventListener("click", count);
  text.addEventListener("input", () => { adopt.disabled = text.value !== shown; });
  source?.addEventListener("click", () => { text.value = source.dataset.text; preview(); });
})();
