package main

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
)

// rightsOf says who may come to the addresses that begin so; the longest
// beginning counts. Every route of the program must stand under one of them.
var rightsOf = map[string][]string{
	// Pages for everybody.
	"/": {"all"}, "/accessibility": {"all"}, "/privacy": {"all"}, "/procedure": {"all"}, "/protected": {"all"}, "/calculator": {"all"},
	"/help": {"all"}, "/samples": {"all"}, "/disagree": {"all"}, "/news": {"all"}, "/reception": {"all"}, "/track": {"all"},
	"/login": {"all"}, "/logout": {"all"}, "/esia": {"all"}, "/openid": {"all"}, "/oidc": {"all"}, "/auth": {"all"}, "/staff/login": {"all"},
	"/staff": {"all"}, "/assets": {"all"}, "/static": {"all"}, "/healthz": {"all"}, "/widget": {"all"}, "/embed": {"all"}, "/verify": {"all"},
	"/statistics": {"all"}, "/open311": {"all"}, "/robots.txt": {"all"}, "/favicon.ico": {"all"}, "/theme": {"all"}, "/language": {"all"},
	"/lang": {"all"}, "/settings": {"all"}, "/sites": {"all"}, "/from-site": {"all"}, "/bots": {"all"}, "/seal": {"all"},
	// What only a signed-in applicant has.
	"/file": {"citizen"}, "/my": {"citizen"}, "/case/": {"citizen"}, "/join/": {"citizen"}, "/receipt/": {"citizen"},
	"/help/call": {"citizen"}, "/reception/book": {"citizen"}, "/messengers": {"citizen"},
	// The desk: roles that read cases, then by act and case.
	"/desk": {"registrar", "officer", "head", "supervisor"}, "/desk/law": {"administrator"}, "/desk/admin": {"administrator"}, "/desk/templates": {"head", "administrator"},
	// Who names a deputy for others; one's own page is for all of the desk.
	"/desk/absences": {"head", "administrator"},
	"/counter":       {"registrar", "operator", "head", "administrator"},
	// Who answers may certify a copy of what he may read.
	"/counter/copy": {"registrar", "operator", "head", "officer", "supervisor"},
	// Keys, not people.
	"/api/": {"key"}, "/api/v1/openapi.json": {"all"},
	// Stand-ins of development.
	"/dev": {"all"},
}

// classOf finds the line of a route; "" if none fits.
func classOf(path string) string {
	best := ""
	for beginning := range rightsOf {
		whole := path == beginning || strings.HasPrefix(path, strings.TrimSuffix(beginning, "/")+"/") || strings.HasPrefix(path, beginning+".")
		if whole && (beginning != "/" || path == "/") && len(beginning) > len(best) {
			best = beginning
		}
	}
	return best
}

// crawler is one person who tries every address.
type crawler struct {
	role string
	v    *visitor.Visitor
	// home is a page of his with a form token.
	home string
}

var (
	param     = regexp.MustCompile(`:[a-z]+(<[^/]*>)?\??`)
	caseParam = regexp.MustCompile(`^(/desk/case/:id|/case/:case|/receipt/:case|/join/:case|/file/done/:case|/counter/receipt/:[a-z]+|/counter/pass/:[a-z]+|/desk/bulk/:bulk)`)
	// changing are parts of an answer that differ with every request.
	changing = regexp.MustCompile(`nonce="[^"]*"|'nonce-[^']*'|name="_csrf" value="[^"]*"|content="[A-Za-z0-9_\-]{40,}"|[0-9a-f]{16,}`)
)

// fill puts values in the place of a route's parameters.
func fill(path, id string) string {
	first := true
	return param.ReplaceAllStringFunc(path, func(p string) string {
		name := strings.TrimPrefix(strings.SplitN(p, "<", 2)[0], ":")
		switch {
		case first && caseParam.MatchString(path):
			first = false
			return id
		case strings.Contains(p, "json"):
			return "t1.json"
		case name == "act":
			return "request"
		case name == "term":
			return "t1"
		}
		return "x1"
	})
}

const tooMany = "too many"

// answerOf is all of an answer that somebody could tell two cases apart by.
func answerOf(v *visitor.Visitor, id string) string {
	clean := func(s string) string {
		return changing.ReplaceAllString(strings.ReplaceAll(s, id, "ID"), "")
	}
	if v.Page.Status == http.StatusTooManyRequests {
		// It says how long to wait, and that runs on between two requests.
		return tooMany
	}
	h := v.Page.Header.Clone()
	for _, name := range []string{"Date", "Set-Cookie", "Content-Length", "Server-Timing"} {
		h.Del(name)
	}
	var b bytes.Buffer
	_ = h.Write(&b)
	return fmt.Sprintf("%d %s\n%s\n%s", v.Page.Status, clean(v.Page.URL.Path), clean(b.String()), clean(string(v.Page.Body)))
}

func crawlers(t *testing.T, cfg Config) []crawler {
	t.Helper()
	all := []crawler{{"anonymous", visitor.New(nil), "/track"}, {"citizen", signIn(t, cfg, journeyPerson), "/file"}}
	must(t, all[0].v.Open(cfg.BaseURL+"/track"))
	for role, login := range map[string]string{"registrar": "dorogi-reg", "officer": "dorogi", "head": "dorogi-head", "supervisor": "kontrol",
		"administrator": "admin", "operator": "mfc"} {
		v := visitor.New(nil)
		must(t, v.Open(cfg.BaseURL+"/staff/login"))
		must(t, v.Submit("/staff/login", visitor.Fields{"login": login, "password": demo.Password}))
		if v.Page.Status != 200 {
			t.Fatalf("%s cannot sign in: %d at %s", login, v.Page.Status, v.Path())
		}
		all = append(all, crawler{role, v, v.Path()})
	}
	for _, c := range all {
		c.v.Stay()
	}
	return all
}

// shut reports that a page was not given: refused, not found, or led away to
// where one signs in.
func shut(v *visitor.Visitor) bool {
	to := v.Page.Header.Get("Location")
	return slices.Contains([]int{401, 403, 404, 405, 429}, v.Page.Status) ||
		v.Page.Status/100 == 3 && (strings.Contains(to, "login") || strings.HasPrefix(to, "/desk/law") || strings.HasPrefix(to, "/desk/admin") || strings.HasPrefix(to, "/counter"))
}

// TestEveryRouteIsOpenToItsRolesOnly walks the table of routes of the running
// program as every role, without and with signing in.
func TestEveryRouteIsOpenToItsRolesOnly(t *testing.T) {
	cfg := testConfig(t)
	a := startApp(t, cfg, 24, time.Now)
	foreign := a.foreignCase(t)
	missing := strings.Map(func(r rune) rune {
		if r == '2' {
			return '3'
		}
		return '2'
	}, foreign)
	people := crawlers(t, cfg)
	tried, compared, answers := 0, 0, map[string]int{}
	for _, r := range a.web.GetRoutes(true) {
		if r.Method != fiber.MethodGet && r.Method != fiber.MethodPost {
			continue
		}
		class := classOf(r.Path)
		if class == "" {
			t.Errorf("%s %s stands in no line of the table of rights", r.Method, r.Path)
			continue
		}
		if class == "/logout" || strings.HasSuffix(r.Path, "logout") || strings.HasPrefix(r.Path, "/dev/clock") {
			continue
		}
		for _, p := range people {
			tried++
			p.visit(t, r, class, foreign)
			of := caseParam.MatchString(r.Path) && p.role != "supervisor" && (p.role != "anonymous" || r.Method == fiber.MethodGet)
			if !of {
				continue
			}
			compared++
			here := answerOf(p.v, foreign)
			answers[fmt.Sprint(r.Method, " ", p.v.Page.Status)]++
			p.send(t, r, missing)
			there := answerOf(p.v, missing)
			// A limit on tries may end between the two; it is the same for both
			// if they are equal soon.
			for again := 0; here != there && (here == tooMany || there == tooMany) && again < 5; again++ {
				p.send(t, r, foreign)
				here = answerOf(p.v, foreign)
				p.send(t, r, missing)
				there = answerOf(p.v, missing)
			}
			if here != there {
				t.Errorf("%s %s as %s: a foreign case and a missing one differ:\n%.400s\n---\n%.400s", r.Method, r.Path, p.role, here, there)
			}
		}
	}
	t.Logf("%d visits, %d pairs of a foreign and a missing case: %v", tried, compared, answers)
	if tried < 500 || compared < 100 {
		t.Errorf("only %d visits and %d pairs: the walk has missed most routes", tried, compared)
	}
}

func (p crawler) send(t *testing.T, r fiber.Route, id string) {
	t.Helper()
	if r.Method == fiber.MethodGet {
		must(t, p.v.Open(fill(r.Path, id)))
		return
	}
	must(t, p.v.Open(p.home))
	// Without a token every form would be refused before anybody asks for rights.
	if p.role != "anonymous" && p.v.Page.Input("_csrf") == "" {
		t.Fatalf("%s has no token at %s", p.role, p.home)
	}
	must(t, p.v.Post(fill(r.Path, id), nil))
}

func (p crawler) visit(t *testing.T, r fiber.Route, class, id string) {
	t.Helper()
	p.send(t, r, id)
	status := p.v.Page.Status
	if status >= 500 && status != http.StatusServiceUnavailable && status != http.StatusNotImplemented {
		t.Errorf("%s %s as %s: status %d", r.Method, r.Path, p.role, status)
	}
	may := slices.Contains(rightsOf[class], "all") || slices.Contains(rightsOf[class], p.role)
	if !may && !shut(p.v) {
		t.Errorf("%s %s is open to %s: status %d, %s", r.Method, r.Path, p.role, status, p.v.Page.Header.Get("Location"))
	}
	whole := r.Method == fiber.MethodGet && !param.MatchString(r.Path)
	if may && whole && status == http.StatusUnauthorized {
		t.Errorf("%s %s is shut to %s", r.Method, r.Path, p.role)
	}
}

// foreignCase is a case of a body and a person that none of the crawlers but the
// supervisor may know.
func (a *App) foreignCase(t *testing.T) string {
	t.Helper()
	found := ""
	must(t, a.everyCase(t.Context(), func(c *casework.Case) error {
		if found == "" && c.Place.Body != "" && c.Place.Body != "city-roads" && c.Place.Body != "city-admin" {
			found = c.ID
		}
		return nil
	}))
	if found == "" {
		t.Fatal("the demonstration has no case of another body")
	}
	return found
}
