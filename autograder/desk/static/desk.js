// The answer page by keys: every key saves, Enter shows the next answer, which was fetched while the last one was read.
"use strict";
(() => {
  const RETRY_MS = 2000, RENEW_MS = 30000, TYPING_MS = 400, PREVIEW_MS = 200;
  const KEYS = JSON.parse(document.body.dataset.keys);  // key -> action, as the buttons and the list of keys say them
  const view = document.getElementById("view");
  const banner = document.getElementById("banner");
  const said = document.getElementById("said");
  const byId = (id) => document.getElementById(id);

  let sheet = view.querySelector(".sheet");
  let ahead = null;        // promise of the next answer, held for this marker
  let fetched = null;      // the same as soon as it is there
  let seen = 0;            // counts the answers shown: what comes late for an older one is dropped
  let swapping = false;    // an answer is being replaced: what its boxes still say then is nobody's decision
  let zeroMeant = false;   // Enter was pressed, or the key for no points, on an answer without any tick
  let typing = null;       // timer of what is being typed
  let latest = null;       // the decision before, for an answer that deserves the same
  const models = new Map();

  /* Asking the server */

  class Refused extends Error {
    constructor(status, sentence) { super(sentence); this.status = status; }
  }

  async function ask(address, body) {
    const options = body === undefined ? {} : {
      method: "POST", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-XSRFToken": document.body.dataset.xsrf },
    };
    options.headers = { ...options.headers, Accept: "application/json" };
    options.credentials = "same-origin";
    options.redirect = "manual";  // to a login page
    const answer = await fetch(address, options);
    if (answer.type === "opaqueredirect" || answer.status === 401)
      throw new Refused(401, "Your session has ended: log in again in another tab. What you pressed is kept here.");
    const found = (answer.headers.get("Content-Type") || "").startsWith("application/json") ? await answer.json() : null;
    if (!answer.ok || found === null)
      throw new Refused(answer.status, found?.sentence || "The server gave an answer that this page does not know: load it again.");
    return found;
  }

  const say = (text) => { said.textContent = ""; said.textContent = text; };
  let isAway = false;      // the banner says that the server does not answer, or not to us
  const warn = (text) => { isAway = false; banner.textContent = text; banner.hidden = !text; };
  const away = (problem) => { warn(problem instanceof Refused ? problem.message : awayWords()); isAway = true; };
  const back = () => { if (isAway) warn(""); };  // what else the banner says stays
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const questionAddress = () => sheet.dataset.queue || sheet.dataset.address.replace(/\/[^/]*$/, "");
  const boxOf = () => byId("reply") || byId("comment");  // whose earlier texts are offered

  /* Saving: in order, each decision as a whole; nothing is dropped while the server is away */

  const queue = [];
  const revisions = new Map();  // by address: what was last seen of each member's mark, which a save gives back
  let pumping = null;

  function decision() {
    const number = Number.parseFloat(byId("adjustment")?.value ?? "");
    return {
      ticks: [...view.querySelectorAll("#rubric input:checked")].map((box) => box.dataset.id),
      adjustment: Number.isFinite(number) ? number : 0,
      reason: byId("reason")?.value ?? "",
      comment: byId("comment")?.value ?? "",
      flagged: view.querySelector("[data-action=flag]")?.getAttribute("aria-pressed") === "true",
      version: Number(sheet.dataset.version),
    };
  }

  // What is sent beside it when a regrade request is answered: the mark stays as it is unless somebody changed it.
  function answered() {
    const given = byId("points"), points = given && given.value !== given.defaultValue ? given.value.trim() : "";
    return {
      reply: byId("reply").value, asked: sheet.dataset.asked, keeps: !changesMark(), points: points ? Number(points) : null,
      others: view.querySelector("[data-action=others]")?.getAttribute("aria-pressed") === "true",
    };
  }

  const asks = () => sheet.dataset.way === "r-";
  const markNow = () => JSON.stringify(decision());
  let markBefore = "";  // of a request, when it was shown
  const canMark = () => byId("rubric") && !byId("rubric").matches(":disabled");
  const changesMark = () => canMark() && (markNow() !== markBefore || ["unmarked", "begun"].includes(sheet.dataset.status));

  // Why a decision cannot be sent, "" if it can: what the server refuses would be lost.
  function problem() {
    const most = Number(sheet.dataset.most), given = byId("points");
    if (given && (given.validity.badInput || !(Number(given.value) >= 0 && Number(given.value) <= most)))
      return `The item has from 0 to ${most} points: write a number between.`;
    return Math.abs(decision().adjustment) > most ? `An adjustment adds or takes off ${most} at most, as the item has no more.` : "";
  }

  function save(done = ["done", "disagreed"].includes(sheet.dataset.status) && !settles() && !asks()) {
    if (asks() && !done && changesMark()) byId("state").textContent = "changed: Enter lets it count";
    if (sheet.dataset.readonly === "yes" || ((settles() || asks()) && !done)) return;
    if (problem()) return warn(problem());
    if (!isAway) warn("");  // a new decision answers what was said of the last one
    clearTimeout(typing);
    typing = null;
    const entry = { address: sheet.dataset.address, body: { ...decision(), done, ...(asks() ? answered() : {}) }, number: seen };
    if (!revisions.has(entry.address)) revisions.set(entry.address, JSON.parse(sheet.dataset.seen));
    const last = queue[queue.length - 1];
    if (queue.length > 1 && last.address === entry.address) queue[queue.length - 1] = entry;  // the newest holds it all
    else queue.push(entry);
    sheet.classList.add("waiting");
    pumping ||= pump();
  }

  async function pump() {
    while (queue.length) {
      const entry = queue[0];
      try {
        const saved = await ask(`${entry.address}/save`, { ...entry.body, seen: revisions.get(entry.address) });
        queue.shift();
        revisions.set(entry.address, saved.seen);
        if (entry.body.reply !== undefined) sessionStorage.removeItem(entry.address);
        back();
        if (entry.number === seen && !queue.length) show(saved);
        else showProgress(saved);
      } catch (problem) {
        if (problem instanceof Refused && problem.status !== 401 && problem.status < 500) {
          queue.shift();
          warn(problem.message);
          if (entry.number === seen) reload();  // not awaited: it waits for the end of this
        } else {
          away(problem);
          await wait(RETRY_MS);
        }
      }
    }
    pumping = null;
  }

  const keptWords = () => queue.length === 1 ? "One decision is" : `${queue.length} decisions are`;
  const awayWords = () => queue.length
    ? `The server does not answer. ${keptWords()} kept here and sent when it is back: leave this page open.`
    : "The server does not answer. This page goes on when it is back.";

  const settles = () => sheet.dataset.way === "s-";  // between two marks: only Enter says what counts
  const idle = async () => { while (pumping) await pumping; };

  function show(saved) {
    sheet.classList.remove("waiting");
    sheet.dataset.status = saved.status;
    byId("score").textContent = saved.score;
    byId("score").classList.toggle("none", saved.score === "–");
    const state = byId("state");
    state.textContent = saved.status_words;
    state.className = `state ${saved.status}`;
    showProgress(saved);
    say(saved.said);
  }

  function showProgress(found) {
    if (found.done === undefined) return;
    byId("progress").value = found.done;
    byId("left").textContent = found.left;
  }

  /* From answer to answer */

  function swap(found, push = true) {
    seen += 1;
    zeroMeant = false;
    clearTimeout(typing);
    typing = null;
    swapping = true;  // a box that had the focus says that it changed while it is taken away
    view.innerHTML = found.html;
    sheet = view.querySelector(".sheet");
    swapping = false;
    revisions.delete(sheet.dataset.address);
    document.title = sheet.dataset.title;
    if (push && sheet.dataset.address !== location.pathname) history.pushState({}, "", sheet.dataset.address);
    offerNewest();
    byId("answer").focus({ preventScroll: true });
    say(sheet.dataset.spoken);
    begin();
    fetchAhead();
  }

  // A reply that was begun is still there when its page was left; what was sent is not.
  function begin() {
    if (!asks()) return;
    markBefore = markNow();
    byId("reply").value = sessionStorage.getItem(sheet.dataset.address) ?? byId("reply").value;
  }

  function fetchAhead() {
    const number = seen, key = sheet.dataset.key, address = `${questionAddress()}/next`;
    fetched = null;
    ahead = (async () => {
      await idle();
      const found = number === seen ? await ask(address, { without: key }) : null;
      if (number === seen) fetched = found;
      return found;
    })();
    ahead.catch(() => {});  // said when it is wanted
  }

  async function goOn() {
    const number = seen, key = sheet.dataset.key, address = `${questionAddress()}/next`;
    let found = null;
    try {
      found = ahead && await ahead;
    } catch { /* it was asked too early, or the server was away: asked again */ }
    while (!found) {
      if (number !== seen) return;
      try {
        await idle();
        found = await ask(address, { without: key });
      } catch (problem) {
        away(problem);
        if (problem instanceof Refused && problem.status < 500 && problem.status !== 401) return;
        await wait(RETRY_MS);
      }
    }
    if (number !== seen) return;
    if (found.finished) {
      await idle();
      location.assign(found.finished);
      return;
    }
    swap(found);
  }

  async function open(address, push = true) {
    if (!address) return say("There is no further answer this way.");
    settleTyping();
    const number = ++seen;
    try {
      await idle();
      const found = await ask(`${address}?part=yes`);
      if (number === seen) swap(found, push);
    } catch (problem) {
      warn(problem.message);
    }
  }

  const reload = () => open(sheet.dataset.address, false);

  function done() {
    if (sheet.dataset.readonly === "yes") return goOn();
    const now = decision();
    if (now.adjustment && !now.reason.trim()) {
      byId("reason").focus();
      return warn("An adjustment needs a reason, which the student reads.");
    }
    if (problem()) {
      (byId("points") || byId("adjustment")).focus();
      return warn(problem());
    }
    if (asks() && !byId("reply").value.trim()) {
      byId("reply").focus();
      return warn("A regrade request needs a reply, which the student reads.");
    }
    if ((!asks() || changesMark()) && !now.ticks.length && !now.adjustment && !zeroMeant && sheet.dataset.status !== "done") {
      zeroMeant = true;
      return notice("Nothing is ticked. Press Enter again to give 0 points, or j to leave it unmarked.");
    }
    warn("");
    remember(boxOf().value);
    latest = { ...now, item: sheet.dataset.item };
    save(true);
    sheet.dataset.status = "done";  // also before the server says so: a key that follows changes a mark that is done
    goOn();
  }

  function notice(text) {
    warn(text);
    setTimeout(() => { if (banner.textContent === text) warn(""); }, 4000);
  }

  /* The panel below the answer: members of the group, model answer, history */

  async function panel(kind) {
    const place = byId("panel");
    const isOpen = !place.hidden && place.dataset.kind === kind;
    closePanel();
    if (isOpen) return;
    const number = seen;
    try {
      const key = `${sheet.dataset.item}`;
      const found = (kind === "model" && models.get(key)) || await ask(`${sheet.dataset.address}/${kind}`);
      if (kind === "model") models.set(key, found);
      if (number !== seen) return;
      place.innerHTML = found.html;
      place.dataset.kind = kind;
      place.hidden = false;
      pressed(kind, true);
      if (kind === "members") place.querySelector("[data-member]")?.focus();
    } catch (problem) {
      warn(problem.message);
    }
  }

  function closePanel() {
    const place = byId("panel");
    if (place.hidden) return false;
    pressed(place.dataset.kind, false);
    const hadFocus = place.contains(document.activeElement);
    place.hidden = true;
    if (hadFocus) byId("answer").focus({ preventScroll: true });
    return true;
  }

  function pressed(kind, isOpen) {
    for (const button of view.querySelectorAll(`[data-action=${kind}][aria-expanded]`)) button.setAttribute("aria-expanded", isOpen);
  }

  async function takeOut(member) {
    const focused = document.activeElement?.dataset?.member;
    const key = member || focused || sheet.dataset.key;
    if (!view.querySelector(".group")) return say("This answer is in no group.");
    try {
      await idle();
      swap(await ask(`${sheet.dataset.address}/take-out`, { member: key }), false);
      say("Taken out of the group: it is marked by itself.");
    } catch (problem) {
      warn(problem.message);
    }
  }

  async function undo() {
    try {
      await idle();
      const found = await ask(`${questionAddress()}/undo`, {});
      if (found.html) swap(found);
      say(found.said);
      notice(found.said);
    } catch (problem) {
      warn(problem.message);
    }
  }

  /* Pictures, enlarged */

  function zoom(step = 0) {
    const pictures = [...view.querySelectorAll("#answer img")];
    if (!pictures.length) return say("There is no picture in this answer.");
    const box = byId("zoom"), shown = box.querySelector("img");
    if (box.open && !step) return box.close();
    const number = (Math.max(0, pictures.findIndex((one) => one.src === shown.src)) + step + pictures.length) % pictures.length;
    shown.src = pictures[number].src;
    shown.alt = pictures[number].alt;
    if (!box.open) box.showModal();
  }

  /* The comment: earlier ones offered, a preview below */

  // Bring the box, with what opens below it, above the buttons at the bottom; if all of it has no room, its top.
  function bringUp(box) {
    box.closest("fieldset").scrollIntoView({ block: "nearest" });
    box.scrollIntoView({ block: "nearest" });
  }

  function offers() {
    const text = boxOf().value.trim().toLowerCase();
    let any = false;
    for (const item of view.querySelectorAll("#offers li")) {
      const fits = !text || item.textContent.toLowerCase().includes(text.split("\n").pop().trim());
      item.hidden = !fits;
      any ||= fits;
    }
    byId("offers").hidden = !any;
    bringUp(boxOf());
  }

  const given = [];  // comments of this evening: what was fetched ahead does not know the newest yet

  function remember(text) {
    if (text.trim() && !given.includes(text)) given.push(text);
  }

  function offerNewest() {
    const list = byId("offers"), known = new Set([...list.querySelectorAll("button")].map((one) => one.dataset.text));
    for (const text of given.filter((one) => !known.has(one))) {
      const item = document.createElement("li"), button = document.createElement("button"), words = document.createElement("span");
      const key = document.createElement("kbd");
      key.setAttribute("aria-hidden", "true");
      words.textContent = text;
      button.type = "button";
      button.dataset.text = text;
      button.append(key, words, document.createElement("small"));
      item.append(button);
      list.prepend(item);
    }
    list.querySelectorAll("kbd").forEach((key, place) => { key.textContent = place < 9 ? place + 1 : ""; });
  }

  function choose(button) {
    const box = boxOf(), lines = box.value.split("\n");
    lines.pop();  // what was typed to find it
    box.value = [...lines, button.dataset.text].join("\n");
    byId("offers").hidden = true;
    box.focus();
    keepDraft();
    save();
    preview();
  }

  let previewing = null;
  function preview() {
    clearTimeout(previewing);
    previewing = setTimeout(async () => {
      const number = seen, text = boxOf().value, place = byId("preview");
      if (!/[$*_`#\[]/.test(text)) { place.hidden = true; return; }
      try {
        const found = await ask(`${questionAddress()}/preview`, { text });
        if (number !== seen) return;
        place.innerHTML = found.html;
        place.hidden = false;
        if (document.activeElement === boxOf()) bringUp(document.activeElement);
      } catch { place.hidden = true; }  // it is tried again with the next letter
    }, PREVIEW_MS);
  }

  function keepDraft() { if (asks()) sessionStorage.setItem(sheet.dataset.address, byId("reply").value); }

  function typed() {
    if (asks()) return keepDraft();
    sheet.classList.add("waiting");
    clearTimeout(typing);
    typing = setTimeout(() => save(), TYPING_MS);
  }

  function settleTyping() { if (typing) save(); }

  /* What keys and buttons do */

  function toggle(box) {
    if (!box || box.matches(":disabled")) return;
    box.checked = !box.checked;
    ticked(box);
  }

  function ticked(box) {
    const row = box.closest("label");
    zeroMeant = false;
    save();
    say(`${box.checked ? "Ticked" : "Not ticked"}: ${row.querySelector(".text").textContent.trim()}`);
  }

  const boxes = () => [...view.querySelectorAll("#rubric input")];

  function digit(number, shifted) {
    const all = boxes(), box = all[(number || 10) - 1 + (shifted && all.length > 10 ? 10 : 0)];
    if (!box) return say("There is no such point.");
    toggle(box);
    box.closest(".row").scrollIntoView({ block: "nearest" });
  }

  function all(wanted) {
    for (const box of boxes()) box.checked = wanted && box.dataset.kind === "points";
    zeroMeant = !wanted;
    save();
    say(wanted ? "Every point is ticked." : "No point is ticked: 0 points.");
  }

  function like() {
    if (asks()) return say("A regrade request has a decision of its own.");
    if (latest?.item !== sheet.dataset.item || latest.version !== Number(sheet.dataset.version))
      return notice("You have not marked an answer by this rubric here yet.");
    // what the formula check says is of this answer, not of the one before
    for (const box of boxes()) if (box.dataset.formula !== "yes") box.checked = latest.ticks.includes(box.dataset.id);
    byId("adjustment").value = latest.adjustment || "";
    byId("reason").value = latest.reason;
    byId("comment").value = latest.comment;
    zeroMeant = true;
    save();
    say("As the answer that you marked last.");
  }

  function take(place) {
    const markers = [...view.querySelectorAll(".of-two b")].map((one) => one.textContent);
    if (!markers.length) return say("There are no two marks to choose from here.");
    const mark = view.querySelectorAll("[data-mark]")[place];
    const decided = JSON.parse(mark.dataset.mark);
    for (const box of boxes()) box.checked = decided.ticks.includes(box.dataset.id);
    byId("adjustment").value = decided.adjustment || "";
    byId("reason").value = decided.reason;
    byId("comment").value = decided.comment;
    zeroMeant = true;
    say(`As ${markers[place]} marked it. Enter lets it count.`);
  }

  function flag() {
    const button = view.querySelector("[data-action=flag]");
    if (!button) return say("A regrade request is flagged by leaving it open: press j.");
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    save();
  }

  function names() {
    const shown = document.cookie.split("; ").includes("marking-names=yes");
    document.cookie = `marking-names=${shown ? "no" : "yes"}; path=${document.body.dataset.base}; samesite=strict`;
    reload();
  }

  function others() {
    const button = view.querySelector("[data-action=others]");
    if (!button) return say("Nobody else has the same answer and the same mark.");
    const all = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", all);
    say(all ? "The mark changes for all with the same answer." : "The mark changes for this student alone.");
  }

  function rubricPage() {
    if (asks()) return sheet.dataset.rubric ? location.assign(sheet.dataset.rubric) : say("This item has no rubric: checks grade it.");
    location.assign(`${questionAddress()}/rubric?from=${sheet.dataset.key}`);
  }

  const ACTIONS = {
    done, undo, names, flag, like,
    one: () => take(0), other: () => take(1),
    "go-on": goOn,
    following: () => open(sheet.dataset.following),
    previous: () => open(sheet.dataset.previous),
    others,
    reply: () => byId("reply") ? (byId("reply").focus(), offers()) : say("There is no regrade request here."),
    comment: () => byId("comment") ? (byId("comment").focus(), bringUp(byId("comment"))) : say("There is no comment here: write the reply."),
    adjustment: () => { const box = byId("points") || byId("adjustment"); box.select(); bringUp(box); },
    full: () => all(true),
    zero: () => all(false),
    members: () => panel("members"),
    "take-out": (button) => takeOut(button?.dataset?.member),
    model: () => panel("model"),
    history: () => panel("history"),
    zoom: () => zoom(),
    rubric: rubricPage,
    question: () => { const part = view.querySelector(".question"); part.open = !part.open; },
    overview: () => location.assign(view.querySelector(".home").href),
    keys: () => byId("keys").showModal(),
    close: () => closePanel(),
  };
  const CHANGES = new Set(["flag", "reply", "others", "like", "full", "zero", "comment", "adjustment"]);

  function act(name, button) {
    if (CHANGES.has(name) && sheet.dataset.readonly === "yes") return say("Somebody else has this answer: it can only be read.");
    ACTIONS[name](button);
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target.closest?.("dialog[open]") || document.querySelector("dialog[open]")) return inDialog(event);
    if (event.ctrlKey) {
      if (event.key === "Enter" && target.closest("#words, #request") && !event.repeat) { event.preventDefault(); settleTyping(); done(); }
      return;
    }
    if (target.closest("textarea, input:not([type=checkbox]), select")) return inBox(event);
    if (target.closest("#offers")) return inOffers(event);
    if (/^Arrow/.test(event.key) && moveInPanel(event)) return;
    const number = /^[0-9]$/.test(event.key) ? event.key : !KEYS[event.key] && /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    const name = number ? "digit" : KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!name) return;
    if (event.key === "Enter" && target.closest("a, button, summary")) return;  // the one that has the focus
    event.preventDefault();
    if (event.repeat) return;
    if (name === "digit") return sheet.dataset.readonly === "yes" ? act("flag") : digit(Number(number), event.shiftKey);
    act(name, null);
  });

  function moveInPanel(event) {
    const members = [...view.querySelectorAll("#panel [data-member]")];
    const place = members.indexOf(document.activeElement);
    if (place < 0) return false;
    event.preventDefault();
    members[Math.min(members.length - 1, Math.max(0, place + (event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : -1)))].focus();
    return true;
  }

  function inDialog(event) {
    const box = document.querySelector("dialog[open]");
    if (event.ctrlKey || event.repeat) return;
    const several = view.querySelectorAll("#answer img").length > 1;  // one alone is moved by the arrows
    if (box.id === "zoom" && several && (event.key === "ArrowRight" || event.key === "ArrowLeft")) { event.preventDefault(); zoom(event.key === "ArrowRight" ? 1 : -1); }
    if ((box.id === "zoom" && event.key === "z") || (box.id === "keys" && event.key === "?")) { event.preventDefault(); box.close(); }
  }

  function inBox(event) {
    const box = event.target;
    if (event.key === "Escape") { event.preventDefault(); byId("offers").hidden = true; settleTyping(); byId("answer").focus({ preventScroll: true }); return; }
    if (box.matches("textarea")) {
      const shown = byId("offers").hidden || box !== boxOf() ? [] : [...view.querySelectorAll("#offers li:not([hidden]) button")];
      if (event.key === "ArrowDown" && shown.length && box.selectionStart === box.value.length) { event.preventDefault(); shown[0].focus(); }
      if (!box.value && /^[1-9]$/.test(event.key) && shown[event.key - 1]) { event.preventDefault(); choose(shown[event.key - 1]); }
    } else if (event.key === "Enter" && !event.repeat) {
      event.preventDefault();
      settleTyping();
      if (box.id === "adjustment" && byId("reason")) byId("reason").focus();
      else byId("answer").focus({ preventScroll: true });
    }
  }

  function inOffers(event) {
    const shown = [...view.querySelectorAll("#offers li:not([hidden]) button")], place = shown.indexOf(event.target);
    if (event.key === "ArrowDown") { event.preventDefault(); shown[Math.min(shown.length - 1, place + 1)].focus(); }
    else if (event.key === "ArrowUp") { event.preventDefault(); (place ? shown[place - 1] : boxOf()).focus(); }
    else if (event.key === "Escape") { event.preventDefault(); byId("offers").hidden = true; boxOf().focus(); }
    else if (/^[1-9]$/.test(event.key) && shown[event.key - 1]) { event.preventDefault(); choose(shown[event.key - 1]); }
  }

  document.addEventListener("click", (event) => {
    const offer = event.target.closest("#offers button");
    if (offer) return choose(offer);
    if (event.target.closest("#answer img")) { byId("zoom").querySelector("img").src = event.target.src; return zoom(); }
    if (event.target.closest("#all-keys")) return ACTIONS.keys();
    const button = event.target.closest("[data-action]");
    if (!button) return;
    act(button.dataset.action, button);
    if (event.detail > 0 && button.isConnected && button.closest(".actions") && !["comment", "adjustment"].includes(button.dataset.action))
      byId("answer").focus({ preventScroll: true });  // so that the next key means the answer, not this button again
  });
  document.addEventListener("change", (event) => {
    if (swapping) return;
    if (event.target.matches("#rubric input")) ticked(event.target);
    else if (event.target.closest("#words")) save();
  });
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#words, #request")) return;
    typed();
    if (event.target === boxOf()) { offers(); preview(); }
  });
  document.addEventListener("focusin", (event) => {
    if (event.target === boxOf()) offers();
    else if (!event.target.closest?.("#offers") && byId("offers")) byId("offers").hidden = true;
  });
  window.addEventListener("popstate", () => open(location.pathname, false));
  window.addEventListener("beforeunload", (event) => { settleTyping(); if (queue.length) event.preventDefault(); });
  window.addEventListener("pagehide", () => {
    fetch(`${questionAddress()}/release`, {
      method: "POST", keepalive: true, credentials: "same-origin", body: "{}",
      headers: { "Content-Type": "application/json", "X-XSRFToken": document.body.dataset.xsrf },
    }).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) reload(); });

  /* While the page is looked at, what it holds stays held */

  async function renew() {
    if (document.hidden || sheet.dataset.readonly === "yes") return;
    try {
      const number = seen, next = fetched;
      const found = await ask(`${questionAddress()}/renew`, { keys: [sheet.dataset.key, next?.key].filter(Boolean) });
      if (number !== seen) return;
      if (!queue.length) back();
      showProgress(found);
      if (found.lost.includes(sheet.dataset.key)) await reload();
      else if (next && found.lost.includes(next.key)) fetchAhead();
    } catch (problem) {
      away(problem);
    }
  }
  setInterval(renew, RENEW_MS);
  document.addEventListener("visibilitychange", renew);

  byId("answer").focus({ preventScroll: true });
  begin();
  fetchAhead();
})();
