// What a file tells about its author, read in this browser only: place, device
// and time of a photo, names in a document. Shown before anything is sent. It
// makes no request and keeps nothing.
"use strict";

const PriemPreview = (() => {
  const latin = (bytes) => Array.from(bytes, (b) => String.fromCharCode(b)).join("");
  const starts = (bytes, text) => latin(bytes.subarray(0, text.length)) === text;
  const short = (text) => String(text).replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim().slice(0, 80);

  // ---- EXIF ----

  const tags = { 0x010f: "device", 0x0110: "device", 0xa431: "device", 0xa434: "device", 0x0131: "software", 0x0132: "time", 0x9003: "time",
    0x013b: "author", 0x8298: "author", 0xa430: "author", 0x010e: "comment" };

  function exif(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = starts(bytes, "II");
    const u16 = (at) => view.getUint16(at, little), u32 = (at) => view.getUint32(at, little);
    const found = [];
    const text = (at, n) => latin(bytes.subarray(at, at + Math.min(n, 120))).split("\0")[0];
    const ratio = (at) => u32(at) / (u32(at + 4) || 1);

    function place(at) {
      const spot = {};
      for (let i = 0, n = Math.min(u16(at), 64); i < n; i++) {
        const e = at + 2 + 12 * i, tag = u16(e);
        if (tag === 1 || tag === 3) spot[tag] = text(e + 8, 2);
        if (tag === 2 || tag === 4) { const o = u32(e + 8); spot[tag] = ratio(o) + ratio(o + 8) / 60 + ratio(o + 16) / 3600; }
      }
      const part = (value, sign, minus) => (value === undefined ? "?" : ((sign === minus ? -1 : 1) * value).toFixed(5));
      return part(spot[2], spot[1], "S") + ", " + part(spot[4], spot[3], "W");
    }

    function folder(at, deep) {
      for (let i = 0, n = Math.min(u16(at), 200); i < n; i++) {
        const e = at + 2 + 12 * i, tag = u16(e), kind = u16(e + 2), count = u32(e + 4);
        if (tags[tag]) found.push({ what: tags[tag], value: kind === 2 ? short(text(count > 4 ? u32(e + 8) : e + 8, count)) : "" });
        if (tag === 0x8825) found.push({ what: "place", value: place(u32(e + 8)) });
        if (tag === 0x8769 && deep < 2) folder(u32(e + 8), deep + 1);
      }
    }

    try { folder(u32(4), 0); } catch { found.push({ what: "camera", value: "" }); }
    return found;
  }

  function jpeg(bytes) {
    const found = [];
    for (let i = 2; i + 4 <= bytes.length && bytes[i] === 0xff && bytes[i + 1] !== 0xda;) {
      const size = bytes[i + 2] * 256 + bytes[i + 3], part = bytes.subarray(i + 4, i + 2 + size);
      if (bytes[i + 1] === 0xe1 && starts(part, "Exif\0\0")) found.push(...exif(part.subarray(6)));
      else if (bytes[i + 1] === 0xe1) found.push({ what: "xmp", value: "" });
      else if (bytes[i + 1] === 0xfe) found.push({ what: "comment", value: short(latin(part.subarray(0, 80))) });
      i += 2 + size;
    }
    return found;
  }

  function png(bytes) {
    const found = [], view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 8; i + 12 <= bytes.length;) {
      const size = view.getUint32(i), kind = latin(bytes.subarray(i + 4, i + 8)), part = bytes.subarray(i + 8, i + 8 + size);
      if (kind === "eXIf") found.push(...exif(part));
      if (/^[itz]{1,2}(EXt|Xt|TXt)$/.test(kind) || kind === "tEXt" || kind === "iTXt") found.push({ what: "comment", value: short(latin(part.subarray(0, 80))) });
      if (kind === "tIME") found.push({ what: "time", value: "" });
      i += 12 + size;
    }
    return found;
  }

  // ---- PDF ----

  function pdfText(raw) {
    if (raw.startsWith("\u00fe\u00ff")) return raw.slice(2).replace(/([\s\S])([\s\S])/g, (_, a, b) => String.fromCharCode(a.charCodeAt(0) * 256 + b.charCodeAt(0)));
    return raw;
  }

  function pdf(bytes) {
    const text = latin(bytes.subarray(0, 4 << 20)), found = [];
    const names = { Author: "author", Creator: "software", Producer: "software", CreationDate: "time", ModDate: "time", Title: "properties" };
    for (const [, name, value] of text.matchAll(/\/(Author|Creator|Producer|CreationDate|ModDate|Title)\s*\(((?:\\.|[^\\()])*)\)/g)) {
      found.push({ what: names[name], value: short(pdfText(value.replace(/\\([\s\S])/g, "$1"))) });
    }
    if (/<x:xmpmeta|\/Metadata\s+\d/.test(text)) found.push({ what: "xmp", value: "" });
    if (/\/EmbeddedFiles/.test(text)) found.push({ what: "attached", value: "" });
    if ((text.match(/%%EOF/g) || []).length > 1) found.push({ what: "revisions", value: "" });
    return found;
  }

  // ---- documents of office programs ----

  async function inflate(bytes) {
    return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer());
  }

  async function office(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), found = [];
    let end = bytes.length - 22;
    while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
    if (end < 0) return found;
    let at = view.getUint32(end + 16, true);
    for (let i = view.getUint16(end + 10, true); i > 0 && at + 46 <= bytes.length; i--) {
      const size = view.getUint16(at + 28, true), name = latin(bytes.subarray(at + 46, at + 46 + size));
      const packed = view.getUint32(at + 20, true), unpacked = view.getUint32(at + 24, true), head = view.getUint32(at + 42, true), way = view.getUint16(at + 10, true);
      if (/^(docProps\/(core|app)\.xml|meta\.xml)$/.test(name) && unpacked < 1 << 20) {
        const body = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true), raw = bytes.slice(body, body + packed);
        const xml = new DOMParser().parseFromString(new TextDecoder().decode(way === 8 ? await inflate(raw) : raw), "text/xml");
        const names = { creator: "author", "initial-creator": "author", lastModifiedBy: "author", Company: "author", Manager: "author", Application: "software", generator: "software",
          created: "time", modified: "time", date: "time", "creation-date": "time", Template: "paths" };
        for (const e of xml.getElementsByTagName("*")) {
          if (names[e.localName] && e.textContent.trim()) found.push({ what: names[e.localName], value: short(e.textContent) });
        }
      }
      if (/comments|people\.xml|commentAuthors/.test(name)) found.push({ what: "author", value: "" });
      if (/^(docProps\/thumbnail|Thumbnails\/)/.test(name)) found.push({ what: "preview", value: "" });
      at += 46 + size + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
    return found;
  }

  // look reads a file and returns [{what, value}], each thing once; what is the
  // end of a text id "clean.removed.…".
  async function look(file) {
    if (file.size > 64 << 20) return [];
    const bytes = new Uint8Array(await file.arrayBuffer());
    let found = [];
    try {
      if (bytes[0] === 0xff && bytes[1] === 0xd8) found = jpeg(bytes);
      else if (starts(bytes, "\u0089PNG")) found = png(bytes);
      else if (starts(bytes, "%PDF-")) found = pdf(bytes);
      else if (starts(bytes, "PK\u0003\u0004")) found = await office(bytes);
    } catch { /* what cannot be read is left to the cleaning */ }
    const seen = new Set();
    return found.filter((f) => !seen.has(f.what + f.value) && seen.add(f.what + f.value)).slice(0, 30);
  }

  // A place on the page with data-preview shows what the files chosen in the
  // field of that id tell, in the words of its data-… attributes.
  function attach(place) {
    const field = document.getElementById(place.dataset.preview);
    if (!field) return;
    let turn = 0;
    field.addEventListener("change", async () => {
      const mine = ++turn, rows = [];
      for (const file of field.files) {
        const found = await look(file), list = document.createElement("ul");
        for (const f of found) {
          const row = document.createElement("li");
          row.textContent = (place.dataset[f.what === "preview" ? "previewCopy" : f.what] || f.what) + (f.value ? ": " + f.value : "");
          list.append(row);
        }
        const head = document.createElement("p");
        head.textContent = file.name + ": " + (found.length ? place.dataset.tells : place.dataset.silent);
        rows.push(head, list);
      }
      if (mine === turn) { place.replaceChildren(...rows); place.hidden = rows.length === 0; }
    });
  }

  if (globalThis.document) document.querySelectorAll("[data-preview]").forEach(attach);
  return Object.freeze({ look });
})();
globalThis.PriemPreview = PriemPreview;
