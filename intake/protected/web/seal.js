// Sealing in the browser: the same envelopes as package seal of the program, with
// the browser's own cryptography (WebCrypto) and nothing else. The format is
// described in intake/protected/seal/doc.go; the names of the steps are the same.
// This file makes no request, keeps nothing and reads no page.
"use strict";

const PriemSeal = (() => {
  const subtle = globalThis.crypto.subtle;
  const domain = "priemnaya/protected/v1\n";
  const magic = Uint8Array.of(0x50, 0x52, 0x53, 0x45, 0x41, 0x4c, 0, 1);
  const KiB = 1024, MiB = 1024 * KiB;
  const steps = [16 * KiB, 64 * KiB, 256 * KiB, MiB, 2 * MiB, 4 * MiB, 8 * MiB, 16 * MiB, 32 * MiB, 64 * MiB];
  const frameSize = 102, stanzaSize = 80, group = 8, chunk = 64 * KiB, gcmTag = 16, maxRecipients = 64;
  const rounds = 65536;

  // ---- bytes ----

  const utf8 = (text) => new TextEncoder().encode(text);
  const random = (n) => globalThis.crypto.getRandomValues(new Uint8Array(n));
  const big = (n, size) => Uint8Array.from({ length: size }, (_, i) => Math.floor(n / 2 ** (8 * (size - 1 - i))) % 256);
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const wipe = (...list) => list.forEach((bytes) => bytes && bytes.fill(0));

  function join(...parts) {
    const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of parts) { out.set(p, at); at += p.length; }
    return out;
  }

  function same(a, b) {
    let differ = a.length ^ b.length;
    for (let i = 0; i < a.length && i < b.length; i++) differ |= a[i] ^ b[i];
    return differ === 0;
  }

  function fromHex(text) {
    if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  }

  const toBase64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const fromBase64url = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

  // ---- HMAC and HKDF ----

  async function hmac(key, ...parts) {
    const k = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await subtle.sign("HMAC", k, join(...parts)));
  }

  const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));
  // An empty salt is 32 zero bytes (RFC 5869). Outputs have at most 32 bytes: one block.
  const extract = (salt, input) => hmac(salt.length ? salt : new Uint8Array(32), input);
  const expand = async (prk, info, size) => (await hmac(prk, info, Uint8Array.of(1))).slice(0, size);
  const derive = async (secret, info) => expand(await extract(new Uint8Array(0), secret), utf8(info), 32);

  // ---- HPKE, RFC 9180: base mode, X25519, HKDF-SHA256, AES-256-GCM ----

  const kemSuite = join(utf8("KEM"), big(0x20, 2));
  const suite = join(utf8("HPKE"), big(0x20, 2), big(1, 2), big(2, 2));
  const none = new Uint8Array(0);
  const labeledExtract = (id, salt, label, input) => extract(salt, join(utf8("HPKE-v1"), id, utf8(label), input));
  const labeledExpand = (id, prk, label, info, size) => expand(prk, join(big(size, 2), utf8("HPKE-v1"), id, utf8(label), info), size);

  async function agree(privateKey, publicBytes) {
    const pub = await subtle.importKey("raw", publicBytes, { name: "X25519" }, true, []);
    return new Uint8Array(await subtle.deriveBits({ name: "X25519", public: pub }, privateKey, 256)); // refuses keys of small order
  }

  async function schedule(dh, enc, recipient, info) {
    const prk = await labeledExtract(kemSuite, none, "eae_prk", dh);
    const shared = await labeledExpand(kemSuite, prk, "shared_secret", join(enc, recipient), 32);
    const context = join(Uint8Array.of(0), await labeledExtract(suite, none, "psk_id_hash", none), await labeledExtract(suite, none, "info_hash", info));
    const secret = await labeledExtract(suite, shared, "secret", none);
    const key = await labeledExpand(suite, secret, "key", context, 32);
    const nonce = await labeledExpand(suite, secret, "base_nonce", context, 12);
    wipe(dh, prk, shared, secret);
    return { key, nonce };
  }

  const aes = (key, use) => subtle.importKey("raw", key, "AES-GCM", false, [use]);

  async function gcmSeal(key, iv, additionalData, plain) {
    return new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, await aes(key, "encrypt"), plain));
  }

  async function gcmOpen(key, iv, additionalData, sealed) {
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, await aes(key, "decrypt"), sealed));
  }

  // ephemeral is given by tests of known answers only.
  async function hpkeSeal(recipient, info, aad, plain, ephemeral) {
    const pair = ephemeral || await subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
    const enc = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
    const s = await schedule(await agree(pair.privateKey, recipient), enc, recipient, info);
    return join(enc, await gcmSeal(s.key, s.nonce, aad, plain));
  }

  async function hpkeOpen(me, info, aad, stanza) {
    const enc = stanza.slice(0, 32);
    const s = await schedule(await agree(me.open, enc), enc, me.public.slice(0, 32), info);
    return gcmOpen(s.key, s.nonce, aad, stanza.slice(32));
  }

  // ---- identities ----

  const x25519Prefix = fromHex("302e020100300506032b656e04220420");
  const ed25519Prefix = fromHex("302e020100300506032b657004220420");
  const nine = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : 0));

  const importX25519 = (bytes) => subtle.importKey("pkcs8", join(x25519Prefix, bytes), { name: "X25519" }, false, ["deriveBits"]);

  // identity makes the keys of a seed of 32 bytes: public is X25519 and Ed25519.
  async function identity(seed) {
    if (seed.length !== 32) throw new Error("a seed has 32 bytes");
    const openSeed = await derive(seed, domain + "seal"), signSeed = await derive(seed, domain + "sign");
    const open = await importX25519(openSeed);
    const signs = await subtle.importKey("pkcs8", join(ed25519Prefix, signSeed), { name: "Ed25519" }, true, ["sign"]);
    const pub = join(await agree(open, nine), fromBase64url((await subtle.exportKey("jwk", signs)).x));
    wipe(openSeed, signSeed);
    return { open, sign: signs, public: pub };
  }

  const formatPublic = (bytes) => "prk1-" + toBase64url(bytes);

  function parsePublic(text) {
    const bytes = /^prk1-[A-Za-z0-9_-]{86}$/.test(text) ? fromBase64url(text.slice(5)) : none;
    if (bytes.length !== 64 || formatPublic(bytes) !== text) throw new Error("not a public key");
    return bytes;
  }

  // supported tells whether this browser has all that is needed.
  async function supported() {
    try {
      await identity(random(32));
      return true;
    } catch {
      return false;
    }
  }

  // ---- words ----

  const alike = { a: "а", b: "в", c: "с", e: "е", h: "н", k: "к", m: "м", o: "о", p: "р", t: "т", x: "х", y: "у" };

  // canonical is the form keys are made from; null if there are not seven words.
  function canonical(typed) {
    if (utf8(typed).length > 1024) return null;
    const text = typed.toLowerCase().replace(/и\u0306/g, "й").replace(/[\u00ad\p{Mn}]/gu, "").replace(/ё/g, "е").replace(/[abcehkmoptxy]/g, (c) => alike[c]);
    const words = text.match(/[а-я]+/g) || [];
    if (words.length !== 7 || words.some((w) => w.length < 4)) return null;
    return words.map((w) => w.slice(0, 4)).join(" ");
  }

  async function stretch(canonicalWords) {
    const key = await subtle.importKey("raw", await sha256(utf8(canonicalWords)), "PBKDF2", false, ["deriveBits"]);
    const params = { name: "PBKDF2", hash: "SHA-256", salt: utf8("priemnaya/protected/words/v1"), iterations: rounds };
    return new Uint8Array(await subtle.deriveBits(params, key, 256));
  }

  // author gives tag, secret and identity of the words at one agency.
  async function author(stretched, agency) {
    checkAgency(agency);
    const part = (x) => derive(stretched, domain + x + "\n" + agency);
    const seed = await part("identity");
    const me = await identity(seed);
    wipe(seed);
    return { tag: await part("tag"), secret: await part("secret"), identity: me };
  }

  // ---- place ----

  const kinds = ["report", "author", "officer", "file", "note"];

  function checkAgency(agency) {
    if (!/^[a-z0-9-]{1,64}$/.test(agency)) throw new Error("not an agency");
  }

  // A place is {agency, report (32 hexadecimal digits), kind, number}.
  function label(place, purpose) {
    checkAgency(place.agency);
    const number = place.number;
    if (!/^[0-9a-f]{32}$/.test(place.report) || /^0+$/.test(place.report) || !kinds.includes(place.kind) ||
        !Number.isInteger(number) || number < 0 || number > 0xffffffff) throw new Error("not a place");
    return utf8(domain + purpose + "\n" + place.agency + "\n" + place.report + "\n" + place.kind + "\n" + number);
  }

  const deriveAt = async (content, place, purpose) => expand(await extract(none, content), label(place, purpose), 32);

  // ---- frame and chunks ----

  const signed = async (place, body) => join(label(place, "sign"), utf8("\n"), await sha256(body));

  function stepOf(n) {
    const step = steps.find((s) => n + frameSize <= s);
    if (!step) throw new Error("too long");
    return step;
  }

  async function frame(place, body, from) {
    const out = new Uint8Array(stepOf(body.length));
    out[0] = 1;
    if (from) {
      out[1] = 1;
      out.set(from.public.slice(32), 2);
      out.set(new Uint8Array(await subtle.sign("Ed25519", from.sign, await signed(place, body))), 34);
    }
    out.set(big(body.length, 4), 98);
    out.set(body, frameSize);
    return out;
  }

  async function unframe(place, f) {
    const n = f.slice(98, 102).reduce((sum, b) => sum * 256 + b, 0);
    if (f[0] !== 1 || f[1] > 1 || stepOf(n) !== f.length || f.subarray(frameSize + n).some((b) => b !== 0)) throw new Error("damaged");
    const body = f.slice(frameSize, frameSize + n);
    if (f[1] === 0) return { body, signer: null };
    const signer = f.slice(2, 34);
    const key = await subtle.importKey("raw", signer, { name: "Ed25519" }, false, ["verify"]);
    if (!await subtle.verify("Ed25519", key, f.slice(34, 98), await signed(place, body))) throw new Error("damaged");
    return { body, signer };
  }

  const nonceOf = (i, last) => join(new Uint8Array(7), big(i, 4), Uint8Array.of(last ? 1 : 0));

  async function encrypt(key, plain) {
    const parts = [], n = Math.ceil(plain.length / chunk);
    for (let i = 0; i < n; i++) parts.push(await gcmSeal(key, nonceOf(i, i === n - 1), none, plain.subarray(i * chunk, (i + 1) * chunk)));
    return join(...parts);
  }

  async function decrypt(key, sealed) {
    const size = chunk + gcmTag, parts = [], n = Math.ceil(sealed.length / size);
    for (let i = 0; i < n; i++) parts.push(await gcmOpen(key, nonceOf(i, i === n - 1), none, sealed.subarray(i * size, (i + 1) * size)));
    return join(...parts);
  }

  // ---- envelopes ----

  function shuffle(list) {
    for (let i = list.length - 1; i > 0; i--) {
      let b;
      do { b = random(1)[0]; } while (b >= 256 - 256 % (i + 1));
      const j = b % (i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
  }

  async function header(place, content, recipients) {
    if (recipients.length < 1 || recipients.length > maxRecipients) throw new Error("1 to 64 recipients are needed");
    const keys = [];
    for (const r of recipients) {
      if (r.length !== 64) throw new Error("not a public key");
      if (!keys.some((k) => same(k, r.slice(0, 32)))) keys.push(r.slice(0, 32));
    }
    while (keys.length % group) {
      const nobody = await subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
      keys.push(new Uint8Array(await subtle.exportKey("raw", nobody.publicKey)));
    }
    shuffle(keys);
    const commit = await deriveAt(content, place, "commit");
    const stanzas = [];
    for (const k of keys) stanzas.push(await hpkeSeal(k, label(place, "wrap"), commit, content));
    return join(magic, Uint8Array.of(keys.length), ...stanzas, commit);
  }

  // seal makes an envelope of body for this place. from is an identity that signs,
  // or null; recipients are public keys of 64 bytes.
  async function seal(place, body, from, recipients) {
    const content = random(32);
    const plain = await frame(place, body, from);
    const key = await deriveAt(content, place, "payload");
    const out = join(await header(place, content, recipients), await encrypt(key, plain));
    wipe(content, plain, key);
    return out;
  }

  function split(envelope) {
    const n = envelope[magic.length], start = magic.length + 1, end = start + n * stanzaSize;
    if (!same(envelope.slice(0, magic.length), magic) || n === 0 || n % group || n > maxRecipients + group) throw new Error("damaged");
    const payload = envelope.subarray(end + 32);
    if (!steps.some((s) => payload.length === s + Math.ceil(s / chunk) * gcmTag)) throw new Error("damaged");
    return { stanzas: envelope.slice(start, end), commit: envelope.slice(end, end + 32), payload };
  }

  async function unwrap(place, parts, me) {
    let content = null;
    for (let i = 0; i < parts.stanzas.length; i += stanzaSize) {
      try {
        content = await hpkeOpen(me, label(place, "wrap"), parts.commit, parts.stanzas.slice(i, i + stanzaSize));
      } catch { /* a stanza of somebody else */ }
    }
    if (!content) throw new Error("not for this key");
    if (content.length !== 32 || !same(await deriveAt(content, place, "commit"), parts.commit)) throw new Error("damaged");
    return content;
  }

  // open returns {body, signer}: signer is the Ed25519 key of a good signature, or null.
  async function open(place, envelope, me) {
    const parts = split(envelope), content = await unwrap(place, parts, me);
    const key = await deriveAt(content, place, "payload");
    const plain = await decrypt(key, parts.payload);
    const opened = await unframe(place, plain);
    wipe(content, key, plain);
    return opened;
  }

  // rewrap gives the same content to other recipients.
  async function rewrap(place, envelope, me, recipients) {
    const parts = split(envelope), content = await unwrap(place, parts, me);
    const out = join(await header(place, content, recipients), parts.payload);
    wipe(content);
    return out;
  }

  // by tells whether an opened envelope was signed by the holder of a public key.
  const by = (opened, pub) => opened.signer !== null && same(opened.signer, pub.slice(32));

  // ---- bodies ----

  const encodeLetter = (letter) => utf8(JSON.stringify(letter));
  const decodeLetter = (body) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));

  function encodeFile(about, data) {
    const head = utf8(JSON.stringify(about));
    return join(big(head.length, 2), head, data);
  }

  function decodeFile(body) {
    const n = body[0] * 256 + body[1];
    return { ...decodeLetter(body.slice(2, 2 + n)), data: body.slice(2 + n) };
  }

  // ---- an officer's key under a passphrase, for his browser ----

  async function openKeyFile(text, passphrase) {
    const file = JSON.parse(text);
    if (file.format !== "priemnaya-browser-key-1" || !(file.rounds >= 600000 && file.rounds <= 10000000)) throw new Error("not a key file");
    const key = await subtle.importKey("raw", utf8(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveBits"]);
    const params = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64url(file.salt), iterations: file.rounds };
    const wrapping = new Uint8Array(await subtle.deriveBits(params, key, 256));
    const seed = await gcmOpen(wrapping, new Uint8Array(12), utf8(domain + "browser key\n" + file.rounds), fromBase64url(file.sealed));
    const me = await identity(seed);
    wipe(wrapping, seed);
    return me;
  }

  return Object.freeze({ supported, canonical, stretch, author, identity, parsePublic, formatPublic, seal, open, rewrap, by,
    encodeLetter, decodeLetter, encodeFile, decodeFile, openKeyFile, random, hex, fromHex, wipe, steps: Object.freeze(steps.slice()),
    parts: Object.freeze({ derive, deriveAt, hpkeSeal, hpkeOpen, importX25519, frame, encrypt, sha256, same, join, utf8, fromBase64url }) });
})();
globalThis.PriemSeal = PriemSeal;
