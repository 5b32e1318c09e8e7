package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/intake/sites"
	"priemnaya/intake/sites/sign"
)

// demoKey is the key of the demonstration's website.
func (a *App) demoKey(t testing.TB) sign.Key {
	t.Helper()
	d, err := a.siteDirectory()
	must(t, err)
	site, err := d.Get(t.Context(), demo.SiteID)
	must(t, err)
	k, err := d.KeySecret(t.Context(), site.Keys[0].ID)
	must(t, err)
	return k
}

// mint gets tokens of a person from the emulator.
func (a *App) mint(t testing.TB, person string) sites.Tokens {
	t.Helper()
	answer, err := http.PostForm("http://"+a.SimAddr+"/emulator/mint", url.Values{"client_id": {demo.SiteClient}, "person": {person}})
	must(t, err)
	defer answer.Body.Close()
	var got struct {
		ID     string `json:"id_token"`
		Access string `json:"access_token"`
	}
	must(t, json.NewDecoder(answer.Body).Decode(&got))
	return sites.Tokens{Provider: "esia", ID: got.ID, Access: got.Access}
}

// siteCall makes a signed request to the running program.
func (a *App) siteCall(t testing.TB, method, target string, body any, headers ...string) (int, map[string]any) {
	t.Helper()
	var raw []byte
	if body != nil {
		var err error
		raw, err = json.Marshal(body)
		must(t, err)
	}
	r, err := http.NewRequest(method, "http://"+a.Addr+target, bytes.NewReader(raw))
	must(t, err)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	must(t, sign.Request(r, raw, a.demoKey(t), a.now()))
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer answer.Body.Close()
	var got map[string]any
	must(t, json.NewDecoder(answer.Body).Decode(&got))
	return answer.StatusCode, got
}

func TestTheGuideForWebsitesWorksAsWritten(t *testing.T) {
	for _, tool := range []string{"sh", "curl", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	a := startApp(t, testConfig(t), 0, time.Now)
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "sites-api.md"))
	must(t, err)
	script := "set -e\n"
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(raw, -1) {
		script += string(m[1]) + "\necho\n"
	}
	dir := t.TempDir()
	var picture bytes.Buffer
	must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 90, 60))))
	must(t, os.WriteFile(filepath.Join(dir, "photo.png"), picture.Bytes(), 0o600))
	tokens, key := a.mint(t, "1000000001"), a.demoKey(t)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "BASE=http://"+a.Addr, "ESIA=http://"+a.SimAddr, "SITE_KEY="+key.ID, "SITE_SECRET="+string(key.Secret),
		"ID_TOKEN="+tokens.ID, "ACCESS_TOKEN="+tokens.Access, "ONCE=0123456789abcdef")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"terms":[{`, `"receipt":"П-`, `"accessCode":"`, `"complete":true`, `"changes":[{`, `"id_token":"`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %s in what the guide's commands printed:\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "urn:priemnaya:problem") {
		t.Errorf("a command of the guide was refused:\n%s", out)
	}
}

func TestARealTokenOfESIAFilesAndAnotherPersonsDoesNot(t *testing.T) {
	a := startApp(t, testConfig(t), 0, time.Now)
	appeal := func(person, surname, given string) map[string]any {
		return map[string]any{"procedure": "59-FZ", "text": "На Липовой улице не горит фонарь у дома 4.", "person": a.mint(t, person),
			"applicant": map[string]any{"surname": surname, "given": given, "email": "anna@post.example"}}
	}
	const path = "/api/v1/appeals"
	if status, got := a.siteCall(t, "POST", path, appeal("1000000002", "Вербицкая", "Таисия"), "Idempotency-Key", "0123456789abcdef"); status != 403 || got["code"] != "person_other" {
		t.Errorf("another person's token: %d %v", status, got)
	}
	own := appeal("1000000001", "Вербицкая", "Таисия")
	tokens := own["person"].(sites.Tokens)
	tokens.ID = tokens.ID[:len(tokens.ID)-8] + "AAAAAAAA"
	own["person"] = tokens
	if status, got := a.siteCall(t, "POST", path, own, "Idempotency-Key", "0123456789abcdef"); status != 403 || got["code"] != "person_token" {
		t.Errorf("a forged token: %d %v", status, got)
	}
	status, got := a.siteCall(t, "POST", path, appeal("1000000003", "Мезенцева", "Ульяна"), "Idempotency-Key", "0123456789abcdef")
	if status != 201 {
		t.Fatalf("%d %v", status, got)
	}
	c, err := a.storage.Get(t.Context(), got["id"].(string))
	must(t, err)
	if c.Origin.Assurance != casework.AssuranceSimplified || c.Origin.Source != demo.SiteID || c.Applicant().Key != "esia:1000000003" {
		t.Errorf("origin %+v, applicant %s", c.Origin, c.Applicant().Key)
	}
	// The key of the website is worth nothing for a client that signs in people.
	answer, err := http.PostForm("http://"+a.SimAddr+"/emulator/mint", url.Values{"client_id": {emulatorClient}, "person": {"1000000001"}})
	must(t, err)
	answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("tokens of our own client were minted: %d", answer.StatusCode)
	}
}

func TestAFourGigabyteRequestIsRefusedUnread(t *testing.T) {
	a := startApp(t, testConfig(t), 0, time.Now)
	for _, path := range []string{"/api/v1/uploads/00000000000000000000000000000000", "/API/v1/appeals"} {
		dial, err := new(net.Dialer).DialContext(t.Context(), "tcp", a.Addr)
		must(t, err)
		defer dial.Close()
		must(t, dial.SetDeadline(time.Now().Add(20*time.Second)))
		// Not one byte of the body is sent: the answer must come all the same.
		fmt.Fprintf(dial, "PATCH %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n", path, a.Addr, int64(4)<<30)
		answer, err := http.ReadResponse(bufio.NewReader(dial), nil)
		must(t, err)
		var got map[string]any
		must(t, json.NewDecoder(answer.Body).Decode(&got))
		if answer.StatusCode != http.StatusRequestEntityTooLarge || got["code"] != "too_large" || got["type"] != "urn:priemnaya:problem:too_large" {
			t.Errorf("%s: %d %v", path, answer.StatusCode, got)
		}
	}
}

func TestTheAdministratorKeepsTheWebsites(t *testing.T) {
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	must(t, a.Close(context.Background()))
	t.Setenv("PRIEMNAYA_DATA", cfg.Data)
	said := func(args ...string) (string, error) {
		c := sitesCommand()
		var out bytes.Buffer
		c.SetOut(&out)
		c.SetErr(&out)
		c.SetArgs(args)
		err := c.ExecuteContext(t.Context())
		return out.String(), err
	}
	out, err := said("add", "roads-site", "--name", "Сайт дорог", "--body", "city-roads", "--audience", "esia=ROADS", "--origin", "https://roads.example.ru")
	if err != nil || !regexp.MustCompile(`key\s+roads-site\.[0-9a-f]{8}\nsecret [A-Za-z0-9_-]{43}\n`).MatchString(out) {
		t.Fatalf("%v: %s", err, out)
	}
	key := strings.Fields(out)[1]
	for _, args := range [][]string{{"quota", "roads-site", "--minute", "7", "--day", "70"}, {"key", "roads-site"}, {"revoke", key}} {
		if out, err := said(args...); err != nil {
			t.Errorf("%v: %v %s", args, err, out)
		}
	}
	made, err := said("add", "hook-site", "--name", "Сайт дорог", "--body", "city-roads", "--webhook", "https://hook.example.ru/")
	shown, errShow := said("webhook", "show", "hook-site")
	if err != nil || errShow != nil || !strings.HasSuffix(made, "\n"+shown) || !regexp.MustCompile(`^url    \S+\nsecret whsec_[A-Za-z0-9+/]{43}=\n$`).MatchString(shown) {
		t.Errorf("%v %v: made\n%sshown\n%s", err, errShow, made, shown)
	}
	if out, err = said("list"); err != nil || !strings.Contains(out, "7/min 70/day") || strings.Count(out, "revoked") != 1 || !strings.Contains(out, demo.SiteID) {
		t.Errorf("%v:\n%s", err, out)
	}
	for _, args := range [][]string{{"add", "x", "--body", "city-roads"}, {"add", "y-site", "--name", "n", "--body", "nowhere"}, {"revoke", "none.1"}, {"quota", "none"}} {
		if _, err := said(args...); err == nil {
			t.Errorf("%v was accepted", args)
		}
	}
}
