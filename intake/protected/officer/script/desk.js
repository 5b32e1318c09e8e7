// The desk of an officer in his browser: it unlocks his key, opens reports and
// seals answers with seal.js. The key and what is read stay in this page's
// memory: nothing is kept, and only sealed envelopes leave it.
"use strict";

(() => {
  const S = globalThis.PriemSeal;
  const root = document.getElementById("desk");
  if (!root || !S) return;
  const say = (id) => root.dataset[id] || id;
  const find = (id) => document.getElementById(id);
  const token = root.dataset.token;
  const senior = root.dataset.senior === "true";
  let me = null, desk = null, current = null;

  // ---- small things ----

  function element(name, attributes, ...children) {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "onclick" || key === "onsubmit") e.addEventListener(key.slice(2), value);
      else if (value !== false && value !== undefined) e.setAttribute(key, value === true ? "" : value);
    }
    for (const c of children) if (c !== null && c !== undefined) e.append(c);
    return e;
  }

  const toBytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  function toText(bytes) {
    let s = "";
    for (let i = 0; i < bytes.length; i += 0x8000) s += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(s);
  }
  const dayText = (day) => new Date(day * 86400000).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const shortName = (id) => (id.slice(0, 4) + "-" + id.slice(4, 8)).toUpperCase();

  function tell(id, bad) {
    const place = find("desk-say");
    place.textContent = say(id);
    place.className = bad ? "notice notice-bad" : "notice notice-good";
    place.hidden = false;
    place.focus();
  }
  const calm = () => { find("desk-say").hidden = true; };

  async function call(address, body) {
    const options = body ? { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-Token": token } } : {};
    const answer = await fetch(address, { ...options, credentials: "same-origin", cache: "no-store" });
    if (answer.status === 401) { location.assign("/"); throw new Error("out"); }
    if (!answer.ok) throw new Error((await answer.json()).error || "failed");
    return answer;
  }
  const callJSON = async (address, body) => (await call(address, body)).json();

  // busy runs a piece of work of a button once, and says what went wrong.
  function busy(button, work) {
    return async (event) => {
      event.preventDefault();
      if (button.disabled) return;
      button.disabled = true;
      calm();
      try {
        await work();
      } catch (e) {
        tell({ stale: "stale", full: "full", passphrase: "passphrase", keyfile: "keyfile", foreign: "foreign", empty: "empty", keys: "keys" }[e.message] || "failed", true);
      } finally {
        button.disabled = false;
      }
    };
  }

  // ---- key ----

  const keyForm = find("key-form");
  keyForm.addEventListener("submit", busy(find("key-open"), async () => {
    const file = find("key-file").files[0];
    if (!file || file.size > 65536) throw new Error("keyfile");
    const text = await file.text();
    try {
      me = await S.openKeyFile(text, find("key-pass").value);
    } catch {
      throw new Error("passphrase");
    } finally {
      find("key-pass").value = "";
    }
    find("key-box").hidden = true;
    find("key-lock").hidden = false;
    await showList();
  }));
  find("key-lock").addEventListener("click", () => location.reload());

  // ---- notes: labels, who works on it, closed; sealed to the officers ----

  const emptyNote = () => ({ labels: [], who: "", closed: false, text: "" });
  const noteKey = (report, version) => ({ agency: desk.agency, report, kind: "note", number: version });

  async function openNote(report, version, sealed) {
    if (!sealed || version === 0) return emptyNote();
    try {
      const opened = await S.open(noteKey(report, version), toBytes(sealed), me);
      if (!byOfficer(opened)) return { ...emptyNote(), text: say("unsigned") };
      return { ...emptyNote(), ...JSON.parse(S.decodeLetter(opened.body).text) };
    } catch {
      return { ...emptyNote(), text: say("unopened") };
    }
  }

  // judge refuses keys that are not those of the log.
  async function judge(given) {
    try {
      const log = await globalThis.PriemKeyLog.judge(given, hadLog);
      hadLog = hadLog || log !== null;
    } catch {
      throw new Error("keys");
    }
  }
  let hadLog = false;

  const keys = (list) => list.map((k) => S.parsePublic(k));
  const byOfficer = (opened) => desk.officers.some((k) => S.by(opened, S.parsePublic(k)));

  // ---- list ----

  async function showList() {
    desk = await callJSON("/api/reports");
    await judge(desk);
    current = null;
    const body = element("tbody");
    for (const r of desk.reports) {
      const note = await openNote(r.id, r.version, r.note);
      const open = element("a", { href: "/report/" + r.id }, shortName(r.id));
      open.addEventListener("click", (e) => { e.preventDefault(); busy(open, () => showReport(r.id))(e); });
      body.append(element("tr", {}, element("td", { class: "nowrap" }, open), element("td", { class: "nowrap" }, dayText(r.latest)),
        element("td", {}, note.labels.join(", ")), element("td", {}, note.who),
        element("td", {}, note.closed ? say("closed") : r.latest === desk.today ? say("fresh") : ""), element("td", { class: "nowrap" }, dayText(r.expires))));
    }
    const head = element("tr", {}, ...["colName", "colDay", "colLabels", "colWho", "colState", "colUntil"].map((c) => element("th", { scope: "col" }, say(c))));
    const table = element("table", { class: "table" }, element("caption", { class: "hidden-text" }, say("listTitle")), element("thead", {}, head), body);
    const view = find("desk-view");
    view.replaceChildren(element("h2", { tabindex: "-1" }, say("listTitle")),
      desk.reports.length ? element("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": say("listTitle") }, table) : element("p", { class: "quiet" }, say("none")));
    find("plain-list")?.remove();
    view.firstChild.focus();
  }

  // ---- one report ----

  async function openMessages(bundle) {
    const out = [];
    let author = null;
    for (const m of bundle.messages) {
      const place = { agency: bundle.agency, report: bundle.report, kind: m.kind, number: m.number };
      const opened = await S.open(place, toBytes(m.sealed), me);
      const letter = S.decodeLetter(opened.body);
      if (m.kind === "report" && letter.reply) author = S.parsePublic(letter.reply);
      const genuine = (m.kind !== "officer" && author && S.by(opened, author)) || byOfficer(opened);
      out.push({ ...m, text: letter.text, origin: letter.origin || "", genuine, body: opened.body });
    }
    return { messages: out, author };
  }

  async function showReport(id) {
    const bundle = await callJSON("/api/report/" + id);
    await judge(bundle);
    const { messages, author } = await openMessages(bundle);
    const note = await openNote(id, bundle.version, bundle.note);
    current = { id, bundle, author, messages };
    const back = element("a", { href: "/reports" }, say("back"));
    back.addEventListener("click", (e) => { e.preventDefault(); showList().catch(() => tell("failed", true)); });
    const view = find("desk-view");
    view.replaceChildren(element("p", { class: "back" }, back), element("h2", { tabindex: "-1" }, say("report") + " " + shortName(id)),
      ...messages.map(messageView), answerForm(), noteForm(note), ...(senior ? [handoverForm(), shredLink(id)] : []));
    view.querySelector("h2").focus();
  }

  function messageView(m) {
    const box = element("section", { class: "panel" }, element("h3", {}, say(m.kind === "officer" ? "fromOfficer" : "fromAuthor") + ", " + dayText(m.day)));
    if (!m.genuine) box.append(element("p", { class: "notice notice-bad" }, say("unsigned")));
    if (m.origin) box.append(element("p", { class: "quiet" }, say("origin") + " " + m.origin.split(" ")[0]));
    box.append(element("div", { class: "as-typed" }, m.text));
    for (const f of m.files || []) {
      const button = element("button", { type: "button", class: "button button-quiet" }, say("file") + " " + (f.number + 1));
      button.addEventListener("click", busy(button, () => saveFile(f.number)));
      box.append(element("p", {}, button));
    }
    return box;
  }

  async function fileOf(number) {
    const sealed = new Uint8Array(await (await call("/api/report/" + current.id + "/file/" + number)).arrayBuffer());
    const place = { agency: desk.agency, report: current.id, kind: "file", number };
    return S.open(place, sealed, me);
  }

  async function saveFile(number) {
    const file = S.decodeFile((await fileOf(number)).body);
    const kind = /^[a-z0-9]{1,8}$/.test(file.kind) ? file.kind : "bin";
    // Always a download, never shown here: a document must not run in this page.
    const address = URL.createObjectURL(new Blob([file.data], { type: "application/octet-stream" }));
    const link = element("a", { href: address, download: shortName(current.id) + "-" + (number + 1) + "." + kind });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  // ---- answer ----

  function answerForm() {
    const text = element("textarea", { class: "input", id: "answer-text", rows: "8", spellcheck: "false" });
    const button = element("button", { class: "button", type: "submit" }, say("send"));
    const form = element("form", { autocomplete: "off" }, element("h3", {}, say("answer")),
      element("div", { class: "field" }, element("label", { for: "answer-text" }, say("answerText")), element("p", { class: "hint" }, say("answerHint")), text), button);
    form.addEventListener("submit", busy(button, async () => {
      if (!text.value.trim()) throw new Error("empty");
      if (!current.author) throw new Error("failed");
      const b = current.bundle;
      const place = { agency: b.agency, report: b.report, kind: "officer", number: b.next_message };
      const sealed = await S.seal(place, S.encodeLetter({ text: text.value }), me, [...keys(b.recipients), current.author]);
      await callJSON("/api/report/" + b.report + "/reply", { format: "priemnaya-reply-1", agency: b.agency, report: b.report, number: b.next_message, once: toText(S.random(16)), sealed: toText(sealed) });
      text.value = "";
      await showReport(b.report);
      tell("sent");
    }));
    return form;
  }

  function noteForm(note) {
    const line = (id, label, value) => element("div", { class: "field" }, element("label", { for: id }, say(label)), element("input", { class: "input", id, value, autocomplete: "off" }));
    const closed = element("input", { type: "checkbox", id: "note-closed", checked: note.closed });
    const button = element("button", { class: "button button-quiet", type: "submit" }, say("keep"));
    const form = element("form", { autocomplete: "off" }, element("h3", {}, say("note")), element("p", { class: "hint" }, say("noteHint")),
      line("note-labels", "labels", note.labels.join(", ")), line("note-who", "who", note.who), line("note-text", "remark", note.text),
      element("div", { class: "field" }, element("div", { class: "choice" }, closed, element("label", { for: "note-closed" }, say("closed")))), button);
    form.addEventListener("submit", busy(button, async () => {
      const b = current.bundle, value = (id) => find(id).value.trim();
      const next = { labels: value("note-labels").split(",").map((l) => l.trim()).filter(Boolean), who: value("note-who"), closed: closed.checked, text: value("note-text") };
      const sealed = await S.seal(noteKey(b.report, b.version + 1), S.encodeLetter({ text: JSON.stringify(next) }), me, keys(b.recipients));
      await callJSON("/api/report/" + b.report + "/note", { version: b.version, sealed: toText(sealed) });
      await showReport(b.report);
      tell("kept");
    }));
    return form;
  }

  // ---- handing over: everything is opened here and sealed anew for the other agency ----

  async function reseal(place, body, to, recipients) {
    return toText(await S.seal({ ...place, agency: to }, body, me, recipients));
  }

  async function handOver(other) {
    const b = current.bundle, recipients = [...keys(other.recipients), current.author].filter(Boolean);
    const messages = [];
    for (const m of current.messages) {
      let body = m.body;
      if (m.kind === "report") {
        const letter = S.decodeLetter(m.body);
        body = S.encodeLetter({ ...letter, origin: letter.origin || b.agency + " " + b.report });
      }
      const out = { kind: m.kind, number: m.number, sealed: await reseal({ report: b.report, kind: m.kind, number: m.number }, body, other.agency, recipients), files: [] };
      for (const f of m.files || []) {
        const opened = await fileOf(f.number);
        out.files.push({ number: f.number, sealed: await reseal({ report: b.report, kind: "file", number: f.number }, opened.body, other.agency, recipients) });
      }
      messages.push(out);
    }
    return callJSON("/api/report/" + b.report + "/handover", { to: other.agency, messages });
  }

  function handoverForm() {
    if (!desk.neighbours.length) return element("p", { class: "quiet" }, say("noNeighbours"));
    const choice = element("select", { class: "input", id: "over-to" }, ...desk.neighbours.map((n) => element("option", { value: n.agency }, n.names[document.documentElement.lang] || n.names.ru)));
    const button = element("button", { class: "button button-quiet", type: "submit" }, say("over"));
    const form = element("form", {}, element("h3", {}, say("overTitle")), element("p", { class: "hint" }, say("overHint")),
      element("div", { class: "field" }, element("label", { for: "over-to" }, say("overTo")), choice), button);
    form.addEventListener("submit", busy(button, async () => {
      await handOver(desk.neighbours.find((n) => n.agency === choice.value));
      tell("overDone");
    }));
    return form;
  }

  const shredLink = (id) => element("p", {}, element("a", { href: "/report/" + id + "/shred" }, say("shred")));

  S.supported().then((can) => {
    find("key-box").hidden = !can;
    find("key-none").hidden = can;
  });
})();
