// Checking the log of an agency's keys in the browser, as package keylog of the
// program does: the head is signed, the entries make its tree (RFC 6962), and
// the keys sealed to are all the active ones and no others.
"use strict";

const PriemKeyLog = (() => {
  const subtle = globalThis.crypto.subtle;
  const { sha256, same, join, utf8 } = PriemSeal.parts;
  const base64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const refuse = (why) => { throw new Error("key log: " + why); };

  const leaf = (line) => sha256(join(Uint8Array.of(0), utf8(line)));
  const node = (left, right) => sha256(join(Uint8Array.of(1), left, right));

  async function root(lines) {
    if (lines.length === 0) return sha256(new Uint8Array(0));
    if (lines.length === 1) return leaf(lines[0]);
    let half = 1;
    while (half * 2 < lines.length) half *= 2;
    return node(await root(lines.slice(0, half)), await root(lines.slice(half)));
  }

  // verified returns the text of a note if the verifier's key signed it.
  async function verified(note, verifier) {
    const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifier) || refuse("no verifier key");
    const [, name, id, encoded] = parts, key = base64(encoded);
    const wanted = (await sha256(join(utf8(name + "\n"), key))).slice(0, 4);
    if (key.length !== 33 || key[0] !== 1 || PriemSeal.hex(wanted) !== id) refuse("no verifier key");
    const cut = note.lastIndexOf("\n\n");
    if (cut < 0) refuse("no note");
    const text = note.slice(0, cut + 1);
    const pub = await subtle.importKey("raw", key.slice(1), { name: "Ed25519" }, false, ["verify"]);
    for (const line of note.slice(cut + 2).split("\n")) {
      const m = /^— (\S+) (\S+)$/.exec(line);
      if (!m || m[1] !== name) continue;
      const signature = base64(m[2]);
      if (signature.length === 68 && same(signature.slice(0, 4), wanted) && await subtle.verify("Ed25519", pub, signature.slice(4), utf8(text))) {
        return { name, lines: text.split("\n") };
      }
    }
    return refuse("the head is not signed by the log");
  }

  // check returns {size, fingerprint, recipients, officers} of a page {entries,
  // head, verifier}, or throws: recipients are the active keys, officers those of
  // officers ever. pinned is the verifier key known from elsewhere, or "".
  async function check(page, agency, pinned = "") {
    if (pinned && pinned !== page.verifier) refuse("another log");
    const { name, lines } = await verified(page.head, page.verifier);
    if (name !== "priemnaya-protected-" + agency || lines[0] !== name) refuse("the log of another agency");
    if (lines[1] !== String(page.entries.length)) refuse("the head does not belong to the entries");
    const top = await root(page.entries);
    if (!same(top, base64(lines[2]))) refuse("the head does not belong to the entries");
    const active = [], officers = [];
    page.entries.forEach((line, i) => {
      const e = JSON.parse(line), at = active.indexOf(e.key);
      if (e.number !== i || e.agency !== agency || !["officer", "recovery"].includes(e.role)) refuse("an entry is not lawful");
      PriemSeal.parsePublic(e.key);
      if (e.role === "officer" && !officers.includes(e.key)) officers.push(e.key);
      if (e.action === "add" && at < 0) active.push(e.key);
      else if (e.action === "remove" && at >= 0) active.splice(at, 1);
      else refuse("an entry is not lawful");
    });
    return { size: page.entries.length, fingerprint: PriemSeal.hex(top.slice(0, 16)).replace(/....(?=.)/g, "$& "), recipients: active, officers };
  }

  // sameKeys tells whether two lists of keys hold the same ones.
  const sameKeys = (a, b) => a.length === b.length && [...a].sort().join() === [...b].sort().join();

  // judge checks the log that comes with a server's keys {agency, recipients,
  // officers, log}: what is sealed to must be all of the log's active keys, and who
  // signs must be or have been an officer in it. Without a log there is nothing to
  // judge by; a page that was given one (needed) then refuses.
  async function judge(keys, needed = false) {
    if (!keys.log) {
      if (needed) refuse("it is missing");
      return null;
    }
    const log = await check(keys.log, keys.agency);
    if (!sameKeys(log.recipients, keys.recipients)) refuse("other recipients");
    if (!keys.officers.every((k) => log.officers.includes(k))) refuse("other officers");
    return log;
  }

  return Object.freeze({ check, sameKeys, judge });
})();
globalThis.PriemKeyLog = PriemKeyLog;
