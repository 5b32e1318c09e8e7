package web_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/web"
	"priemnaya/intake/protected/words"
)

// inBrowser runs a script after ours in Chromium and returns what it hands to
// done(). cases is what the script finds as "cases".
func inBrowser(t *testing.T, script string, cases any) map[string]any {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is left out of short runs")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no Chromium on this machine")
	}
	data, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	result := make(chan []byte, 1)
	mux := http.NewServeMux()
	page := `<!doctype html><meta charset="utf-8"><title>x</title>`
	for _, name := range web.Names() {
		s := web.Script(name)
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			_, _ = w.Write(s)
		})
		page += `<script src="/` + name + `" integrity="` + web.Integrity(s) + `"></script>`
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(page + `<script src="/run"></script>`))
	})
	mux.HandleFunc("/run", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write([]byte(`"use strict"; const done = (r) => fetch("/result", {method: "POST", body: JSON.stringify(r)});
			(async () => { const cases = await (await fetch("/cases")).json(); ` + script + ` })().catch((e) => done({error: String(e && e.stack || e)}));`))
	})
	mux.HandleFunc("/cases", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	mux.HandleFunc("/result", func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body)
		select {
		case result <- b.Bytes():
		default:
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	ctx, stop := context.WithCancel(context.Background())
	browser := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--user-data-dir="+profile(t), server.URL)
	browser.WaitDelay = 5 * time.Second
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { stop(); _ = browser.Wait() }()
	select {
	case got := <-result:
		out := map[string]any{}
		if err := json.Unmarshal(got, &out); err != nil {
			t.Fatal(err)
		}
		if e, ok := out["error"]; ok {
			t.Fatal(e)
		}
		return out
	case <-time.After(60 * time.Second):
		t.Fatal("the browser did not answer")
	}
	return nil
}

// profile is a folder for the browser. Its processes outlive the one that is
// waited for by a moment and still write, so the folder is removed until it
// stays away.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "profile")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for deadline := time.Now().Add(10 * time.Second); os.RemoveAll(dir) != nil; <-tick.C {
			if time.Now().After(deadline) {
				t.Errorf("the browser's folder %s cannot be removed", dir)
				return
			}
		}
	})
	return dir
}

func vector(t *testing.T, name string) json.RawMessage {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "vectors", "protected", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTheBrowserGivesTheKnownAnswerOfEveryStep(t *testing.T) {
	got := inBrowser(t, `
		const S = PriemSeal, P = S.parts, bad = [], is = (name, a, b) => { if (a !== b) bad.push(name + ": " + a + " instead of " + b); };
		is("supported", await S.supported(), true);
		const h = cases.hpke, x = (n) => S.fromHex(h[n]);
		const me = {open: await P.importX25519(x("skRm")), public: x("pkRm")};
		is("hpke open", S.hex(await S.parts.hpkeOpen(me, x("info"), x("aad"), P.join(x("enc"), x("ct")))), h.pt);
		const pair = {privateKey: await P.importX25519(x("skEm")), publicKey: await crypto.subtle.importKey("raw", x("pkEm"), {name: "X25519"}, true, [])};
		is("hpke seal", S.hex(await P.hpkeSeal(x("pkRm"), x("info"), x("aad"), x("pt"), pair)), h.enc + h.ct);
		for (const w of cases.words) {
			is("canonical", S.canonical(w.typed), w.canonical);
			const s = await S.stretch(w.canonical), a = await S.author(s, w.agency);
			is("stretched", S.hex(s), w.stretched); is("tag", S.hex(a.tag), w.tag); is("secret", S.hex(a.secret), w.secret);
			is("public", S.formatPublic(a.identity.public), w.public);
		}
		for (const v of cases.envelopes) {
			const place = {agency: v.agency, report: v.report, kind: v.kind, number: v.number};
			const who = await S.identity(S.fromHex(v.seed)), from = v.signer ? await S.identity(S.fromHex(v.signer)) : null, content = S.fromHex(v.content);
			is("public", S.formatPublic(who.public), v.public);
			is("commit", S.hex(await P.deriveAt(content, place, "commit")), v.commit);
			const key = await P.deriveAt(content, place, "payload");
			is("payload key", S.hex(key), v.payloadKey);
			const f = await P.frame(place, P.utf8(v.body), from);
			is("frame", S.hex(await P.sha256(f)), v.frameSHA256);
			is("payload", S.hex(await P.sha256(await P.encrypt(key, f))), v.payloadSHA256);
			const e = Uint8Array.from(atob(v.envelope), (c) => c.charCodeAt(0)), o = await S.open(place, e, who);
			is("body", new TextDecoder().decode(o.body), v.body);
			is("signer", from ? S.by(o, from.public) : o.signer, from ? true : null);
		}
		done({bad});`,
		map[string]any{"hpke": vector(t, "hpke.json"), "words": vector(t, "words.json"), "envelopes": vector(t, "envelopes.json")})
	for _, b := range got["bad"].([]any) {
		t.Error(b)
	}
}

func TestWhatTheBrowserSealsTheProgramOpensAndBack(t *testing.T) {
	officer, recovery, author := seal.NewIdentity(), seal.NewIdentity(), seal.NewIdentity()
	place := seal.Place{Agency: "demo", Report: seal.NewReport(), Kind: seal.KindOfficer, Number: 7}
	letter, err := seal.Letter{Text: "ответ"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := seal.Seal(place, letter, officer, []seal.Public{author.Public(), recovery.Public(), officer.Public()})
	if err != nil {
		t.Fatal(err)
	}
	locked, err := seal.LockForBrowser(officer, []byte("пароль офицера"))
	if err != nil {
		t.Fatal(err)
	}
	got := inBrowser(t, `
		const S = PriemSeal, b64 = (u) => { let s = ""; for (const b of u) s += String.fromCharCode(b); return btoa(s); };
		const bytes = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0)), out = {sealed: []};
		const author = await S.identity(bytes(cases.author)), officer = await S.openKeyFile(cases.file, "пароль офицера");
		out.officer = S.formatPublic(officer.public);
		const place = {agency: "demo", report: cases.report, kind: "officer", number: 7}, envelope = bytes(cases.envelope);
		const o = await S.open(place, envelope, author);
		out.text = S.decodeLetter(o.body).text; out.by = S.by(o, officer.public); out.notBy = S.by(o, author.public);
		const refused = async (f) => { try { await f(); return false; } catch { return true; } };
		out.refused = [];
		for (const change of [{agency: "demo2"}, {report: "f".repeat(32)}, {kind: "author"}, {number: 8}]) out.refused.push(await refused(() => S.open({...place, ...change}, envelope, author)));
		for (const at of [0, 8, envelope.length - 1, envelope.length - 20000 + 5000]) { const bad = envelope.slice(); bad[at] ^= 1; out.refused.push(await refused(() => S.open(place, bad, author))); }
		out.refused.push(await refused(() => S.open(place, envelope.slice(0, -16), author)));
		out.refused.push(await refused(() => S.seal(place, new Uint8Array(1), null, [new Uint8Array(64)])));
		out.refused.push(await refused(() => S.openKeyFile(cases.file, "другой")));
		const to = cases.to.map(S.parsePublic);
		for (const n of [0, 1, 16282, 16283, 70000, 300000]) {
			const body = new Uint8Array(n).fill(n % 251);
			out.sealed.push(b64(await S.seal({agency: "demo", report: cases.report, kind: "file", number: n}, body, author, to)));
		}
		out.rewrapped = b64(await S.rewrap(place, envelope, officer, [S.parsePublic(cases.other)]));
		out.letter = b64(await S.seal({...place, kind: "report", number: 0}, S.encodeLetter({text: "мой текст", reply: S.formatPublic(author.public)}), author, to));
		out.file = b64(await S.seal({...place, kind: "file", number: 0}, S.encodeFile({kind: "jpeg", removed: ["gps"]}, Uint8Array.of(1, 2, 3)), null, to));
		done(out);`,
		map[string]any{"author": author.Seed(), "file": string(locked), "envelope": envelope, "report": place.Report.String(),
			"to": []seal.Public{officer.Public(), recovery.Public()}, "other": recovery.Public()})
	if got["officer"] != officer.Public().String() || got["text"] != "ответ" || got["by"] != true || got["notBy"] != false {
		t.Errorf("the browser read %v, by %v, as %v", got["text"], got["by"], got["officer"])
	}
	for i, r := range got["refused"].([]any) {
		if r != true {
			t.Errorf("the browser did not refuse change %d", i)
		}
	}
	open := func(s any, p seal.Place, who *seal.Identity) seal.Opened {
		t.Helper()
		e, err := base64.StdEncoding.DecodeString(s.(string))
		if err != nil {
			t.Fatal(err)
		}
		o, err := seal.Open(p, e, who)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	at := func(k seal.Kind, n uint32) seal.Place { p := place; p.Kind, p.Number = k, n; return p }
	for i, n := range []int{0, 1, 16282, 16283, 70000, 300000} {
		o := open(got["sealed"].([]any)[i], at(seal.KindFile, uint32(n)), recovery)
		if !bytes.Equal(o.Body, bytes.Repeat([]byte{byte(n % 251)}, n)) || !o.By(author.Public()) {
			t.Errorf("a body of %d bytes came back as %d", n, len(o.Body))
		}
	}
	open(got["rewrapped"], place, recovery)
	l, err := seal.DecodeLetter(open(got["letter"], at(seal.KindReport, 0), officer).Body)
	if err != nil || l.Text != "мой текст" || l.Reply == nil || *l.Reply != author.Public() {
		t.Errorf("%+v %v", l, err)
	}
	f, err := seal.DecodeFile(open(got["file"], at(seal.KindFile, 0), officer).Body)
	if err != nil || f.Kind != "jpeg" || len(f.Removed) != 1 || hex.EncodeToString(f.Data) != "010203" {
		t.Errorf("%+v %v", f, err)
	}
}

func TestTheBrowserReadsWordsAsTheProgramDoes(t *testing.T) {
	typed := []string{"", "абажур", "абажур е\u0308жик и\u0306огей мамаша реи\u0306тинг солнце янтарь", "абажу\u0301р ёжик йо\u00adгей мама\u0301ша рейтинг солнце янтарь",
		"aбaжyp ёжик йoгeй мaмaшa peйтинг coлнцe янтapь", strings.Repeat("солнце ", 8), strings.Repeat("солнце ", 6) + "дом", "АБАЖУР\nЁЖИК\nЙОГЕЙ,мамаша;рейтинг-солнце_янтарь",
		strings.Repeat("солнце ", 7) + strings.Repeat(" ", 1024), "1абажур2ежик3йогей4мамаша5рейтинг6солнце7янтарь", "abажур ежик йогей zмамаша рейтинг солнце янтарь"}
	for range 20 {
		typed = append(typed, string(words.Draw()))
	}
	got := inBrowser(t, `done({list: cases.map(PriemSeal.canonical)});`, typed)
	for i, g := range got["list"].([]any) {
		want, err := words.Canonical([]byte(typed[i]))
		if (err != nil) != (g == nil) || err == nil && g != string(want) {
			t.Errorf("%q: %v in the browser, %q in the program", typed[i], g, want)
		}
	}
}

func TestScriptsAskNothingOfTheNet(t *testing.T) {
	for name, s := range web.Scripts() {
		for _, word := range []string{"fetch(", "XMLHttpRequest", "import(", "import ", "http:", "https:", "eval(", "Function(", "localStorage", "sessionStorage", "indexedDB", "document.cookie", "console."} {
			if bytes.Contains(s, []byte(word)) && name != "door.js" {
				t.Errorf("%s has %q", name, word)
			}
		}
	}
}
