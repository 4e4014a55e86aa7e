
"use strict";
(() => {
  const table = document.getElementById("table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const headers = [...table.tHead.rows[0].cells];
  const by = (id) => document.getElementById(id);
  const find = by("find"), show = by("show"), section = by("section"), shown = by("shown"), keys = by("keys");

  // Names are found by any spelling: rows have theirs without accents, with one letter for ä or ae, and transliterated.
  const letters = JSON.parse(find.dataset.letters);  // ø is o, ß is ss
  const folded = (text) => text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "")
    .replace(/['`]|[^\0-\x7f]/gu, (letter) => letters[letter] ?? letter).normalize("NFC");
  const oneLetter = (word) => word.replace(/(a)[ae]|([ou])e/g, "$1$2");
  const textOf = new Map(rows.map((row) => {
    const { textContent, title } = row.lastElementChild, name = row.cells[0].textContent;
    return [row, `${row.dataset.find} ${folded(`${name} ${textContent} ${title} ${row.dataset.section ?? ""}`)} ${name.toLowerCase()}`];
  }));
  const has = (row, typed) => {
    const text = textOf.get(row);
    return [folded(typed), oneLetter(folded(typed)), typed.toLowerCase()].some((word) => text.includes(word));
  };
  const matches = (row, words) => {
    if (show.value === "person" ? !("person" in row.dataset) : show.value && row.dataset.status !== show.value) return false;
    if (section?.value && row.dataset.section !== section.value) return false;
    return words.every((word) => has(row, word));
  };
  const filter = () => {
    const words = find.value.split(/[\s,]+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      row.hidden = !matches(row, words);
      count += row.hidden ? 0 : 1;
    }
    shown.value = count === rows.length ? "" : `${count} of ${rows.length} shown`;
  };

  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const compare = {
    text: (one, other) => collator.compare(one.textContent, other.textContent),
    number: (one, other) => Number(one.dataset.order) - Number(other.dataset.order),
  };
  const sort = (header, direction) => {
    for (const other of headers) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
    const order = compare[header.dataset.sort], column = header.cellIndex;
    rows.sort((one, other) => direction * order(one.cells[column], other.cells[column]));
    body.append(...rows);
  };
  for (const header of headers) {  // the words stay outside of the button: on paper Chromium does not repeat buttons
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    header.abbr = header.firstElementChild?.matches("span") ? header.textContent : header.firstChild.data;
    button.ariaLabel = `Sort by ${header.abbr}`;
    button.addEventListener("click", () => {
      sort(header, header.ariaSort === "ascending" ? -1 : 1);
      remember();
    });
    header.append(button);
  }

  // What is sorted and chosen stands in the address, so that a link shows the same table.
  const remember = () => {
    const chosen = new URLSearchParams();
    const sorted = headers.find((header) => header.ariaSort);
    if (sorted) chosen.set("sort", `${sorted.ariaSort === "descending" ? "-" : ""}${sorted.dataset.key}`);
    for (const field of [find, show, section]) if (field?.value) chosen.set(field.id, field.value);
    const query = chosen.toString();
    history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
  };
  const recall = () => {
    const chosen = new URLSearchParams(location.search);
    for (const field of [find, show, section]) if (field && chosen.has(field.id)) field.value = chosen.get(field.id);
    if (show.selectedIndex < 0) show.value = "";
    if (section?.selectedIndex < 0) section.value = "";
    const [, down, key] = (chosen.get("sort") ?? "").match(/^(-?)(.*)$/);
    const header = headers.find((each) => each.dataset.key === key);
    if (header) sort(header, down ? -1 : 1);
    filter();
  };

  // A student's section opens by its address alone; this adds keys, the order of the table, and the way back.
  const current = () => document.querySelector(".student:target");
  const linkOf = (row) => row.querySelector("a");
  const turn = (step) => {
    const hash = `#${current().id}`;
    const order = rows.map((row) => [row, linkOf(row).hash]).filter(([row, own]) => !row.hidden || own === hash);
    const next = order[order.findIndex(([, own]) => own === hash) + step];
    if (next) location.replace(next[1]);
  };
  const choose = (step) => {
    const links = rows.filter((row) => !row.hidden).map(linkOf);
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
    next?.focus();
    next?.closest("tr").scrollIntoView({ block: "nearest" });
  };
  let cameFromClass = false;
  const close = () => {
    const row = current().querySelector(".close").hash;
    if (cameFromClass) history.back();
    else location.hash = row;
    by(row.slice(1))?.querySelector("a").focus({ preventScroll: true });
  };
  const showPictures = (student) => {  // each picture is in the page once: among the tiles, beside links to its students
    const own = student.querySelector(".own");
    if (!own.hidden) return;
    const links = [...document.querySelectorAll(".tiles a")].filter((link) => link.hash === `#${student.id}`);
    own.append(...links.map((link) => link.closest("li").querySelector("img").cloneNode()));
    own.hidden = !links.length;
  };
  const isStudent = (address) => document.querySelector(".student[id]") && by(new URL(address).hash.slice(1))?.matches(".student");
  if (current()) showPictures(current());
  addEventListener("hashchange", (event) => {
    const student = current();
    if (!student) return;
    showPictures(student);
    if (!isStudent(event.oldURL)) cameFromClass = true;
    student.scrollTop = 0;
    student.focus({ preventScroll: true });
  });
  addEventListener("click", (event) => {
    if (!current() || event.target.closest("dialog")) return;
    const link = event.target.closest(".turn a");
    const outside = !event.target.closest(".student");
    if (link || outside) event.preventDefault();
    if (outside || link?.className === "close") close();
    else if (link) turn(link.className === "next" ? 1 : -1);
  });

  const step = (way) => (current() ? turn(way) : choose(way));
  const actions = {
    j: () => step(1), k: () => step(-1), "?": () => keys.showModal(),
    "/": () => { if (current()) close(); find.focus(); },
    ArrowRight: () => current() && turn(1), ArrowLeft: () => current() && turn(-1), Escape: () => current() && close(),
  };
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, dialog");
    if (typing || event.altKey || event.ctrlKey || event.metaKey || !Object.hasOwn(actions, event.key)) return;
    if (event.key.length === 1) event.preventDefault();
    actions[event.key]();
  });
  by("help").addEventListener("click", () => keys.showModal());

  // On paper nothing is folded; what was closed is closed again afterwards.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("main details:not([open])")];
    for (const details of closed) details.open = true;
    for (const picture of document.querySelectorAll("img[loading]")) picture.loading = "eager";
  });
  addEventListener("afterprint", () => { for (const details of closed) details.open = false; });

  for (const [field, event] of [[find, "input"], [show, "change"], [section, "change"]]) {
    field?.addEventListener(event, () => { filter(); remember(); });
  }
  document.querySelector(".controls").hidden = false;
  recall();
})();
