package web_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/web"
)

func TestTheBrowserChecksTheLogAsTheProgramDoes(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "keys")
	signer, err := keylog.Create(folder, "demo")
	if err != nil {
		t.Fatal(err)
	}
	var keys []seal.Public
	add := func(action keylog.Action, key seal.Public) {
		t.Helper()
		if err := keylog.Append(folder, keylog.Entry{Agency: "demo", Action: action, Role: seal.RoleOfficer, Key: key}, signer, time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		keys = append(keys, seal.NewIdentity().Public())
		add(keylog.ActionAdd, keys[len(keys)-1])
	}
	add(keylog.ActionRemove, keys[1])
	p, err := keylog.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	state, err := keylog.Check(p, "")
	if err != nil {
		t.Fatal(err)
	}
	pages := []keylog.Page{p}
	for _, spoil := range []func(p *keylog.Page){
		func(p *keylog.Page) { p.Entries = p.Entries[:5] },
		func(p *keylog.Page) { p.Entries[0], p.Entries[1] = p.Entries[1], p.Entries[0] },
		func(p *keylog.Page) { p.Entries[2] = strings.Replace(p.Entries[2], "officer", "recovery", 1) },
		func(p *keylog.Page) { p.Head = strings.Replace(p.Head, "\n6\n", "\n5\n", 1); p.Entries = p.Entries[:5] },
		func(p *keylog.Page) { p.Verifier = p.Verifier[:len(p.Verifier)-4] + "AAA=" },
		func(p *keylog.Page) { p.Head = "" },
	} {
		bad := keylog.Page{Entries: append([]string(nil), p.Entries...), Head: p.Head, Verifier: p.Verifier}
		spoil(&bad)
		if _, err := keylog.Check(bad, ""); err == nil {
			t.Fatal("the program believes a spoilt log")
		}
		pages = append(pages, bad)
	}
	got := inBrowser(t, `
		const results = [];
		for (const page of cases.pages) { try { results.push(await PriemKeyLog.check(page, "demo")); } catch { results.push(null); } }
		for (const [agency, pinned] of [["other", ""], ["demo", "x" + cases.pages[0].verifier]]) { try { results.push(await PriemKeyLog.check(cases.pages[0], agency, pinned)); } catch { results.push(null); } }
		done({results, same: PriemKeyLog.sameKeys(results[0].recipients, cases.keys), less: PriemKeyLog.sameKeys(results[0].recipients, cases.keys.slice(1))});`,
		map[string]any{"pages": pages, "keys": state.Recipients()})
	results := got["results"].([]any)
	first, ok := results[0].(map[string]any)
	if !ok || first["fingerprint"] != state.Fingerprint() || first["size"] != 6.0 || got["same"] != true || got["less"] != false {
		t.Fatalf("%v, want %s", results[0], state.Fingerprint())
	}
	for i, r := range results[1:] {
		if r != nil {
			t.Errorf("the browser believes spoilt log %d", i+1)
		}
	}
}

func TestScriptsAreNamedWithTheirHashes(t *testing.T) {
	names := web.Names()
	if len(names) < 2 || names[0] != "seal.js" || len(web.Scripts()) != len(names) || web.Script("none.js") != nil {
		t.Fatal(names)
	}
	if h := web.Hash([]byte("abc")); h != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(h)
	}
	if i := web.Integrity(web.Script("seal.js")); !strings.HasPrefix(i, "sha384-") || len(i) != 71 {
		t.Error(i)
	}
}
