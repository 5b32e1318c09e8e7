package desk_test

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/templates/web"
)

// sickSystem is an administrator's desk whose disk is full.
func sickSystem(context.Context) (desk.Health, error) {
	return desk.Health{At: at("2026-11-20 18:00"), Lines: []desk.HealthLine{
		{Key: "store", State: "good"}, {Key: "disk", State: "bad", About: map[string]any{"Percent": 2, "Gigabytes": 1}}}}, nil
}

func TestAdministrationIsForAdministratorsAndSaysWhatToDo(t *testing.T) {
	b := newBench(t)
	set, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	local := staff("local", "Леонид Местный", grant(casework.RoleAdministrator, "roads"))
	who := map[string]casework.Actor{"manager": manager, "local": local, "head": head, "operator": operator, "overseer": overseer}
	actor := func(c *fiber.Ctx) (casework.Actor, bool) { a, ok := who[c.Get("X-Actor")]; return a, ok }
	kit, err := web.New(web.Config{Set: set, Now: func() time.Time { return b.now }, Secret: []byte(strings.Repeat("k", 32)),
		StatusOf: statusOf, Log: slog.New(slog.DiscardHandler), Session: func(c *fiber.Ctx) string { return c.Get("X-Actor") }})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := desk.New(desk.Config{Office: b.Office, Kit: kit, Files: b.files, Actor: actor, Topics: topics{},
		Officers: func(context.Context, string) ([]casework.Actor, error) { return nil, nil }, Admin: &desk.Admin{Health: sickSystem}})
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(kit.FiberConfig(1 << 20))
	kit.Mount(app)
	pages.Mount(app)
	get := func(by, path string) (int, string) {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("X-Actor", by)
		res, err := app.Test(r, -1)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	for _, path := range []string{"", "/bodies", "/body", "/changes", "/change/x", "/staff", "/account", "/sites", "/site", "/health", "/dead", "/log", "/topics", "/suggest", "/territories", "/territory", "/territories/import", "/reading"} {
		for _, by := range []string{"head", "operator", "overseer"} {
			if status, _ := get(by, "/desk/admin"+path); status != 403 {
				t.Errorf("%s at /desk/admin%s: %d", by, path, status)
			}
		}
		if status, _ := get("nobody", "/desk/admin"+path); status != 401 {
			t.Errorf("nobody at /desk/admin%s: %d", path, status)
		}
		everywhere := path != "" && path != "/staff" && path != "/account"
		if everywhere {
			if status, _ := get("local", "/desk/admin"+path); status != 403 {
				t.Errorf("the administrator of one body at /desk/admin%s: %d", path, status)
			}
		}
	}
	for _, path := range []string{"/desk/admin", "/desk/admin/health"} {
		if status, body := get("manager", path); status != 200 || !strings.Contains(body, "Освободите место") {
			t.Errorf("%s: status %d, or it does not say what to do", path, status)
		}
	}
	if status, body := get("local", "/desk/admin"); status != 200 || strings.Contains(body, "/desk/admin/sites") {
		t.Errorf("the administrator of one body at home: %d, or he is offered more than his", status)
	}
}
