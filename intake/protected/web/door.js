// The door of the protected channel where scripts are on: words, texts and files
// are sealed here and never leave the page unsealed. Without this file, or in a
// browser that cannot seal, every page works by plain forms.
"use strict";

(async () => {
  const S = globalThis.PriemSeal;
  const one = (selector, from = document) => from.querySelector(selector);
  const base = document.documentElement.lang === "en" ? "/en" : "";
  const maxFiles = 10, maxBytes = 32 * 1024 * 1024, maxText = 20000;

  const able = S && globalThis.crypto && crypto.subtle && await S.supported();
  const tell = one(able ? "#honest-script" : "#honest-old");
  if (tell) tell.hidden = false;
  if (!able) return;

  // Here the browser cleans files, and not all kinds.
  document.querySelectorAll("[data-files-hint]").forEach((part) => {
    one("#f-files-hint", part.closest("form")).textContent = part.dataset.filesHint;
  });

  // ---- speaking to the server ----

  async function post(path, body, kind) {
    const headers = kind ? { "Content-Type": kind } : {};
    const answer = await fetch(path, { method: "POST", body, headers, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status });
    return answer;
  }

  // work asks for a puzzle and solves it beside the page.
  async function work() {
    const puzzle = await (await post("/api/puzzle", "")).json();
    return new Promise((solved, failed) => {
      const worker = new Worker("/script/work.js");
      worker.onmessage = (event) => { worker.terminate(); solved(event.data); };
      worker.onerror = () => { worker.terminate(); failed(new Error("work")); };
      worker.postMessage(puzzle);
    });
  }

  // keys are those to seal to, held to the log of keys. A page that was once given
  // a log refuses to go on without.
  let hadLog = false;
  const keys = async () => {
    const k = await (await fetch("/api/keys", { cache: "no-store", credentials: "omit" })).json();
    try {
      await globalThis.PriemKeyLog.judge(k, hadLog);
      hadLog = hadLog || Boolean(k.log);
    } catch {
      throw "keys";
    }
    return { ...k, recipients: k.recipients.map(S.parsePublic), officers: k.officers.map(S.parsePublic) };
  };
  const ask = async (path, me, more = {}) => post(path, JSON.stringify({ words: me.claims, work: await work(), ...more }), "application/json");

  // ---- steps of a page ----

  function show(name) {
    document.querySelectorAll("[data-step]").forEach((part) => { part.hidden = part.dataset.step !== name; });
    const part = one(`[data-step="${name}"]`), head = one("h1", part);
    if (head) { head.tabIndex = -1; head.focus(); }
    window.scrollTo(0, 0);
    return part;
  }

  // guard runs what a button does, once at a time, and shows when it failed.
  function on(form, act) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.busy) return;
      form.dataset.busy = "1";
      form.querySelectorAll("[data-problem]").forEach((p) => { p.hidden = true; });
      try {
        await act();
      } catch (problem) {
        fail(form, typeof problem === "string" ? problem : "server");
      }
      delete form.dataset.busy;
    });
  }

  function fail(form, name) {
    const text = one(`[data-problem="${name}"]`, form) || one('[data-problem="server"]', form);
    text.hidden = false;
    text.tabIndex = -1;
    text.focus();
  }

  // ---- words ----

  async function draw() {
    const list = (await (await fetch("/script/words.txt", { cache: "no-store", credentials: "omit" })).text()).trim().split("\n");
    const limit = 65536 - 65536 % list.length, out = [];
    while (out.length < 7) {
      const n = new DataView(S.random(2).buffer).getUint16(0);
      if (n < limit) out.push(list[n % list.length]);
    }
    return out;
  }

  const beginning = (word) => (S.canonical(Array(7).fill(word.trim() || "-").join(" ")) || "").split(" ")[0];

  // author derives the keys of the words at this agency and at those that handed
  // reports over to it.
  async function author(canonical, about) {
    const stretched = await S.stretch(canonical);
    const all = [];
    for (const agency of about.agencies) all.push(await S.author(stretched, agency));
    S.wipe(stretched);
    const claims = all.map((a) => ({ tag: S.hex(a.tag), secret: S.hex(a.secret) }));
    return { identity: all[0].identity, all: all.map((a) => a.identity), claims };
  }

  // ---- a letter with files ----

  // picture draws an image anew: what is no pixel stays behind.
  async function picture(file) {
    const bitmap = await createImageBitmap(file);
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const kind = file.type === "image/png" ? "png" : "jpeg";
    const blob = await new Promise((made) => canvas.toBlob(made, "image/" + kind, 0.9));
    if (!blob) throw new Error("picture");
    const told = await globalThis.PriemPreview.look(file);
    return { kind, data: new Uint8Array(await blob.arrayBuffer()), removed: [...new Set(told.map((f) => "clean.removed." + f.what))].sort() };
  }

  // plain takes signs that are not to be seen out of a text, if it is UTF-8.
  async function plain(file) {
    const data = new Uint8Array(await file.arrayBuffer());
    let text;
    try { text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data); } catch { return { kind: "txt", data, removed: [] }; }
    const seen = text.replace(/[\p{Cf}\f\u001b\u034f\ufe00-\ufe0f]/gu, "");
    return { kind: "txt", data: new TextEncoder().encode(seen), removed: seen === text ? [] : ["clean.removed.hidden"] };
  }

  // byServer has the server clean a document in memory and give it back. No words
  // and no report go with it.
  async function byServer(file, form) {
    const data = new FormData();
    data.append("work", await work());
    data.append("file", new Blob([file]), "0");
    const got = await (await post(base + "/api/clean", data)).json();
    if (got.refused) {
      one('[data-problem="uncleaned"] .why', form).textContent = got.refused;
      throw "uncleaned";
    }
    return { kind: got.kind, data: Uint8Array.from(atob(got.data), (c) => c.charCodeAt(0)), removed: got.removed };
  }

  async function ready(file, form) {
    if (/^image\/(png|jpeg|webp)$/.test(file.type)) {
      try { return await picture(file); } catch { throw "picture"; }
    }
    const end = (file.name.toLowerCase().match(/\.([a-z0-9]{1,8})$/) || ["", "bin"])[1];
    if (end === "txt") return plain(file);
    if (one("[name=documents]:checked", form).value !== "asis") return byServer(file, form);
    return { kind: end, data: new Uint8Array(await file.arrayBuffer()), removed: null };
  }

  // tellCleaned lists what was taken out of the files just sent.
  function tellCleaned(list) {
    document.querySelectorAll("[data-cleaned]").forEach((part) => {
      const names = JSON.parse(part.dataset.names);
      one("ul", part).replaceChildren(...list.map((removed, i) => {
        const what = removed === null ? part.dataset.asis : removed.map((id) => names[id] || id).join(", ") || part.dataset.none;
        return Object.assign(document.createElement("li"), { textContent: part.dataset.cleaned.replace("#", i + 1) + " " + what });
      }));
      part.hidden = list.length === 0;
    });
  }

  // send seals what stands in a form for its place and gives it to the server.
  async function send(form, box) {
    const about = await keys();
    const text = one("textarea", form).value, chosen = [...one("input[type=file]", form).files];
    if (!text.trim() && !chosen.length) throw "empty";
    if ([...text].length > maxText) throw "long";
    if (chosen.length > maxFiles || chosen.reduce((n, f) => n + f.size, 0) > maxBytes) throw "files";
    const to = [...about.recipients, box.me.public];
    const at = (kind, number) => ({ agency: about.agency, report: box.report, kind, number });
    const letter = { text, ...(box.begun ? {} : { reply: S.formatPublic(box.me.public) }) };
    const data = new FormData(), numbers = [], cleaned = [];
    const envelope = await S.seal(box.begun ? at("author", box.letters) : at("report", 0), S.encodeLetter(letter), box.me, to);
    data.append("sealed", new Blob([envelope]), "0");
    for (const file of chosen) {
      const { kind, data: bytes, removed } = await ready(file, form);
      cleaned.push(removed);
      const number = box.files + numbers.length;
      data.append("sealed", new Blob([await S.seal(at("file", number), S.encodeFile(removed && removed.length ? { kind, removed } : { kind }, bytes), box.me, to)]), "0");
      numbers.push(number);
    }
    const once = btoa(String.fromCharCode(...S.random(16))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
    data.append("about", JSON.stringify({ words: box.claims, work: await work(), report: box.report, number: box.letters, files: numbers, once }));
    await post("/api/send", data);
    form.reset();
    tellCleaned(cleaned);
  }

  // ---- filing ----

  const begin = one('form[action$="/words"]');
  if (begin && one('[data-step="words"]')) {
    let words, me;
    on(begin, async () => {
      words = await draw();
      one(".seven").replaceChildren(...words.map((w) => Object.assign(document.createElement("li"), { textContent: w })));
      show("words");
    });
    on(one('[data-step="words"] form'), async () => {
      const asked = new Set();
      while (asked.size < 3) {
        const n = S.random(1)[0] % 8;
        if (n < 7) asked.add(n);
      }
      const numbers = [...asked].sort();
      document.querySelectorAll('[data-step="confirm"] .field').forEach((field, i) => {
        one("label", field).textContent = field.dataset.label.replace("#", numbers[i] + 1);
        one("input", field).dataset.word = numbers[i];
        one("input", field).value = "";
      });
      one(".seven").replaceChildren();
      show("confirm");
    });
    on(one('[data-step="confirm"] form'), async () => {
      for (const input of document.querySelectorAll('[data-step="confirm"] input')) {
        if (beginning(input.value) !== beginning(words[input.dataset.word])) throw "wrong";
        input.value = "";
      }
      me = await author(S.canonical(words.join(" ")), await keys());
      words = null;
      show("write");
    });
    const report = S.hex(S.random(16));
    on(one('[data-step="write"] form'), async () => {
      await send(one('[data-step="write"] form'), { report, begun: false, letters: 0, files: 0, me: me.identity, claims: me.claims });
      me = null;
      show("sent");
    });
  }

  // ---- the dialogue ----

  const back = one("form#return");
  if (back && one('[data-step="box"]')) {
    let me, box, about;
    on(back, async () => {
      const canonical = S.canonical(one("input[name=words]", back).value);
      if (!canonical) throw "seven";
      about = await keys();
      me = await author(canonical, about);
      one("input[name=words]", back).value = "";
      await read();
    });

    // read fetches the dialogue and shows it, or that there is none.
    async function read() {
      const got = await (await ask("/api/open", me)).json();
      box = { report: got.report, begun: true, letters: 0, files: 0, claims: me.claims, me: null };
      for (const identity of me.all) {
        if (got.messages.length && await letterOf(got.messages[0], identity)) { box.me = identity; break; }
      }
      if (!box.me) { show("none"); return; }
      const list = one(".dialogue");
      list.replaceChildren();
      for (const m of got.messages) {
        if (m.kind === "author") box.letters = Math.max(box.letters, m.number + 1);
        m.files.forEach((n) => { box.files = Math.max(box.files, n + 1); });
        list.append(await item(m));
      }
      show("box");
    }

    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const at = (kind, number) => ({ agency: about.agency, report: box.report, kind, number });

    async function letterOf(m, identity) {
      try {
        const opened = await S.open(at(m.kind, m.number), bytes(m.sealed), identity);
        const mine = m.kind !== "officer" && S.by(opened, identity.public);
        if (!mine && !about.officers.some((o) => S.by(opened, o))) return null;
        return S.decodeLetter(opened.body);
      } catch {
        return null;
      }
    }

    async function item(m) {
      const part = one("#letter").content.cloneNode(true);
      const mine = m.kind !== "officer", letter = await letterOf(m, box.me);
      one("li", part).className = mine ? "letter-mine" : "letter-theirs";
      one(mine ? ".who-theirs" : ".who-mine", part).remove();
      one(".day", part).textContent = new Date(m.day * 86400000).toLocaleDateString(document.documentElement.lang, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
      if (letter) {
        one(".letter-text", part).textContent = letter.text;
        one(".doubtful", part).remove();
      } else {
        one(".letter-text", part).remove();
      }
      if (!m.files.length) one(".files", part).remove();
      for (const number of m.files) {
        const row = document.createElement("li"), button = document.createElement("button");
        button.className = "link-like";
        button.type = "button";
        button.textContent = one(".files", part).dataset.label.replace("#", number + 1);
        button.addEventListener("click", () => fetchFile(number));
        row.append(button);
        one(".files", part).append(row);
      }
      return part;
    }

    async function fetchFile(number) {
      const sealed = new Uint8Array(await (await ask("/api/file", me, { file: number })).arrayBuffer());
      const opened = await S.open(at("file", number), sealed, box.me);
      if (!S.by(opened, box.me.public) && !about.officers.some((o) => S.by(opened, o))) return;
      const file = S.decodeFile(opened.body);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([file.data], { type: "application/octet-stream" }));
      link.download = "file-" + (number + 1) + "." + (/^[a-z0-9]{1,8}$/.test(file.kind) ? file.kind : "bin");
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }

    const answer = one('[data-step="box"] form.answer');
    on(answer, async () => {
      try {
        await send(answer, box);
      } catch (problem) {
        // An officer attached a file meanwhile: the numbers are drawn anew.
        if (!problem || problem.status !== 409) throw problem;
        await read();
        throw "again";
      }
      await read();
    });
    on(one('[data-step="box"] form.to-erase'), async () => { show("erase"); });
    on(one('[data-step="erase"] form'), async () => {
      await ask("/api/erase", me);
      me = box = null;
      show("erased");
    });
  }

  document.querySelectorAll("[data-step] form.leave").forEach((form) => on(form, async () => { location.replace(base + "/"); }));
})();
