
"use strict";
(() => {
  const table = document.getElementById("table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const find = document.getElementById("find");
  const show = document.getElementById("show");
  const shown = document.getElementById("shown");

  const matches = (row, words, wanted) => {
    if (wanted === "person" ? !("person" in row.dataset) : wanted && row.dataset.status !== wanted) return false;
    const text = `${row.cells[0].textContent} ${row.lastElementChild.textContent}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      row.hidden = !matches(row, words, show.value);
      count += row.hidden ? 0 : 1;
    }
    shown.value = count === rows.length ? "" : `${count} of ${rows.length} shown`;
  };

  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const compare = {
    text: (one, other) => collator.compare(one.textContent, other.textContent),
    number: (one, other) => Number(one.dataset.order) - Number(other.dataset.order),
  };
  const sort = (header) => {
    const column = header.cellIndex;
    const direction = header.ariaSort === "ascending" ? -1 : 1;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
    const order = compare[header.dataset.sort];
    rows.sort((one, other) => direction * order(one.cells[column], other.cells[column]));
    body.append(...rows);
  };
  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sort(header));
    header.append(button);
  }

  // A student's section opens by its address alone; this adds keys, the order of the table, and the way back.
  const current = () => document.querySelector(".student:target");
  const turn = (step) => {
    const hash = `#${current().id}`;
    const order = rows.map((row) => [row, row.querySelector("a").hash]).filter(([row, own]) => !row.hidden || own === hash);
    const next = order[order.findIndex(([, own]) => own === hash) + step];
    if (next) location.replace(next[1]);
  };
  let cameFromClass = false;
  const close = () => {
    if (cameFromClass) history.back();
    else location.hash = current().querySelector(".close").hash;
  };
  const showPictures = (section) => {  // each picture is in the page once: among the tiles, beside links to its students
    const own = section.querySelector(".own");
    if (!own.hidden) return;
    const links = [...document.querySelectorAll(`.tiles a[href="#${section.id}"]`)];
    own.append(...links.map((link) => link.closest("li").querySelector("img").cloneNode()));
    own.hidden = !links.length;
  };
  if (current()) showPictures(current());
  addEventListener("hashchange", (event) => {
    const section = current();
    if (!section) return;
    showPictures(section);
    if (!new URL(event.oldURL).hash.startsWith("#student-")) cameFromClass = true;
    section.scrollTop = 0;
    section.focus({ preventScroll: true });
  });
  addEventListener("click", (event) => {
    if (!current()) return;
    const link = event.target.closest(".turn a");
    const outside = !event.target.closest(".student");
    if (link || outside) event.preventDefault();
    if (outside || link?.className === "close") close();
    else if (link) turn(link.className === "next" ? 1 : -1);
  });
  addEventListener("keydown", (event) => {
    if (!current() || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") close();
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });

  find.addEventListener("input", filter);
  show.addEventListener("change", filter);
  document.querySelector(".controls").hidden = false;
  filter();
})();
