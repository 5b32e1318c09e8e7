package desk_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/templates/web"
)

// bodyDesk is the page of a body over a registry that keeps what is proposed.
type bodyDesk struct {
	*bench
	app      *fiber.App
	proposed []desk.RegistryEdit
}

// oneRegistry takes every change of a body; the rest of the interface is not
// asked for by these pages.
type oneRegistry struct {
	desk.AdminRegistry
	d *bodyDesk
}

func (r oneRegistry) Seen(casework.Body) string { return "seen" }

func (r oneRegistry) Propose(_ context.Context, _ casework.Actor, e desk.RegistryEdit) (desk.RegistryChange, error) {
	r.d.proposed = append(r.d.proposed, e)
	return desk.RegistryChange{ID: "c1"}, nil
}

func (r oneRegistry) Changes(context.Context, string, string) ([]desk.RegistryChange, string, error) {
	return nil, "", nil
}

func (r oneRegistry) TerritoryCode(typed string) (string, bool) {
	code := strings.TrimRight(typed, "0")
	return code, len(code) == 5
}

// oneStaff has a single account, with a role in the unit of repairs.
type oneStaff struct{ desk.AdminStaff }

func (oneStaff) Page(context.Context, desk.StaffQuery) ([]desk.StaffCard, string, error) {
	return []desk.StaffCard{{Login: "ivanov", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "roads", Unit: "repair"}}}}, "", nil
}

// someBranches are broad topics beside those of the bench.
func someBranches(words string, limit int) []string {
	var out []string
	for _, code := range append([]string{"0003"}, topics{}.Find(words, limit)...) {
		if code != "0003" || strings.HasPrefix(code, words) {
			out = append(out, code)
		}
	}
	return out[:min(len(out), limit)]
}

func newBodyDesk(t testing.TB, bodies []casework.Body, places []casework.Territory) *bodyDesk {
	t.Helper()
	d := &bodyDesk{bench: newBench(t)}
	if bodies != nil {
		registry, err := casework.NewRegistry("r2", bodies, places)
		if err != nil {
			t.Fatal(err)
		}
		d.Office.SetRegistry(registry)
	}
	set, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	actor := func(c *fiber.Ctx) (casework.Actor, bool) { return manager, c.Get("X-Actor") != "" }
	kit, err := web.New(web.Config{Set: set, Now: func() time.Time { return d.now }, Secret: []byte(strings.Repeat("k", 32)),
		StatusOf: statusOf, Log: slog.New(slog.DiscardHandler), Session: func(c *fiber.Ctx) string { return c.Get("X-Actor") }})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := desk.New(desk.Config{Office: d.Office, Kit: kit, Files: d.files, Actor: actor, Topics: topics{},
		Officers: func(context.Context, string) ([]casework.Actor, error) { return nil, nil },
		Admin:    &desk.Admin{Registry: oneRegistry{d: d}, Staff: oneStaff{}, Branches: someBranches}})
	if err != nil {
		t.Fatal(err)
	}
	d.app = fiber.New(kit.FiberConfig(8 << 20))
	kit.Mount(d.app)
	pages.Mount(d.app)
	return d
}

// bodyPage is a page with its form, as a browser without scripts keeps it.
type bodyPage struct {
	d      *bodyDesk
	t      testing.TB
	status int
	text   string
	form   url.Values
}

func (d *bodyDesk) open(t testing.TB, path string) *bodyPage {
	t.Helper()
	p := &bodyPage{d: d, t: t}
	p.take("GET", path, nil)
	return p
}

var (
	inputTag    = regexp.MustCompile(`<input [^>]*>`)
	areaTag     = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>`)
	selectTag   = regexp.MustCompile(`(?s)<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>`)
	selectedTag = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	templateTag = regexp.MustCompile(`(?s)<template>.*?</template>`)
	attribute   = regexp.MustCompile(`(name|value|type)="([^"]*)"`)
)

func (p *bodyPage) take(method, path string, body io.Reader) {
	p.t.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("X-Actor", "manager")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := p.d.app.Test(r, -1)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.status, p.text, p.form = res.StatusCode, string(raw), url.Values{}
	visible := templateTag.ReplaceAllString(p.text, "")
	for _, tag := range inputTag.FindAllString(visible, -1) {
		at := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
			at[m[1]] = html.UnescapeString(m[2])
		}
		if at["name"] != "" && (at["type"] != "checkbox" || strings.Contains(tag, " checked")) {
			p.form.Add(at["name"], at["value"])
		}
	}
	for _, m := range areaTag.FindAllStringSubmatch(visible, -1) {
		p.form.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range selectTag.FindAllStringSubmatch(visible, -1) {
		if chosen := selectedTag.FindStringSubmatch(m[2]); chosen != nil {
			p.form.Set(m[1], html.UnescapeString(chosen[1]))
		}
	}
}

// send fills fields in and presses a button, "" for the one that checks all.
func (p *bodyPage) send(do string, fields ...string) {
	p.t.Helper()
	for i := 0; i+1 < len(fields); i += 2 {
		p.form.Set(fields[i], fields[i+1])
	}
	if do != "" {
		p.form.Set("do", do)
	}
	p.take("POST", "/desk/admin/body", strings.NewReader(p.form.Encode()))
}

// wants fails unless the page has the status and the words.
func (p *bodyPage) wants(status int, words ...string) {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("status %d, want %d: %s", p.status, status, p.text)
	}
	text := html.UnescapeString(p.text)
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Fatalf("the page does not say %q", w)
		}
	}
}

// mistake fails unless the words stand at the field.
func (p *bodyPage) mistake(field, words string) {
	p.t.Helper()
	at := regexp.MustCompile(`(?s)id="f-` + regexp.QuoteMeta(field) + `-error">.*?</p>`).FindString(p.text)
	if !strings.Contains(html.UnescapeString(at), words) {
		p.t.Fatalf("at %s stands %q, want %q", field, at, words)
	}
}
