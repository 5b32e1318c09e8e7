package sites

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

func TestAPageThatLosesAnyStepSaysSoAndARepetitionDoesItOnce(t *testing.T) {
	for name, d := range pageDeeds {
		for _, late := range []bool{false, true} {
			if late && d.reads {
				continue
			}
			t.Run(fmt.Sprintf("%s, late %v", name, late), func(t *testing.T) { d.lose(t, late, judgePage) })
		}
	}
}

// judgePage tells what is wrong with a page that failed.
func judgePage(a answer, what string) string {
	want := 503
	if strings.HasPrefix(what, "box.") {
		want = 500
	}
	switch {
	case a.Status != want || !strings.Contains(a.Header.Get("Content-Type"), "text/html"):
		return fmt.Sprintf("%d %s", a.Status, a.Body)
	case a.Header.Get("Location") != "":
		return "it leads on to " + a.Header.Get("Location")
	case a.cookie(widgetCookie) != nil:
		return "the browser loses or gets a handle"
	}
	return ""
}

func (a answer) cookie(name string) *http.Cookie {
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// openWidget puts the widget of a site of its own beside the pages.
func (h *house) openWidget() {
	h.t.Helper()
	h.register(Site{ID: "form-site", Name: "Сайт с формой", Body: "roads", Rights: []Right{RightWidget}, Origins: []string{"https://roads.example.ru"}})
	kit := h.sites.Kit
	w, err := NewWidget(WidgetConfig{Office: h.office, Kit: kit, Shelf: h.shelf, Site: h.sites.Directory.Get, Applicant: signedIn,
		SignIn: "/login", BaseURL: "https://priem.example"})
	must(h.t, err)
	h.app = fiber.New(kit.FiberConfig(64 << 20))
	w.MountFrame(h.app)
	kit.Mount(h.app)
	w.Mount(h.app)
}

// lay types a text into the widget and presses its button.
func (h *house) lay(text string) answer {
	h.t.Helper()
	r := httptest.NewRequest("POST", "/widget/form-site/frame", strings.NewReader(url.Values{"text": {text}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return h.send(r)
}

// looking makes a deed of opening a page of the widget.
func looking(target string) deed {
	return deed{ok: 200, reads: true, prepare: func(h *house) func() answer {
		h.openWidget()
		return func() answer { return h.visit("", "GET", target, "") }
	}}
}

var pageDeeds = map[string]deed{
	"the frame":   looking("/widget/form-site/frame"),
	"the page":    looking("/widget/form-site"),
	"the markup":  looking("/widget/form-site/code"),
	"the sign-in": {ok: 303, reads: true, prepare: looking("/widget/form-site/go").prepare},
	"a text typed": {ok: 303, free: true, prepare: func(h *house) func() answer {
		h.openWidget()
		return func() answer { return h.lay("Не горит фонарь.") }
	}},
	"a text taken over": {ok: 303, prepare: func(h *house) func() answer {
		h.openWidget()
		handle := h.lay("Не горит фонарь.").cookie(widgetCookie)
		return func() answer { return h.visit("anna", "GET", "/widget/form-site/go", "", handle) }
	}},
	"a draft looked at": {ok: 200, reads: true, bears: []string{"Fetch site"}, prepare: func(h *house) func() answer {
		path := h.handedOver(with(appeal("ROADS"), "person", nil))
		return func() answer { return h.visit("anna", "GET", path, "") }
	}},
	"a draft taken": {ok: 303, done: 404, prepare: func(h *house) func() answer {
		path := h.handedOver(with(appeal("ROADS"), "person", nil, "uploads", []string{h.whole("abc")}))
		field := h.formField("anna", path)
		return func() answer { return h.visit("anna", "POST", path, field) }
	}},
}

func TestATextOfTheWidgetLeadsToItsDraftAfterAnyLoss(t *testing.T) {
	for step := 1; ; step++ {
		h := openFragile(t)
		h.openWidget()
		handle := h.lay("Не горит фонарь.").cookie(widgetCookie)
		h.fuse.arm(step, false)
		h.visit("anna", "GET", "/widget/form-site/go", "", handle)
		what := h.fuse.disarm()
		if what == "" {
			break
		}
		a := h.visit("anna", "GET", "/widget/form-site/go", "", handle)
		id, found := strings.CutPrefix(a.Header.Get("Location"), "/file/")
		if !found {
			t.Errorf("after the loss of %s he is led to %q", what, a.Header.Get("Location"))
			continue
		}
		if d, err := h.office.Draft(t.Context(), casework.Citizen(anna), id); err != nil || d.Text != "Не горит фонарь." || d.Addressee != "roads" {
			t.Errorf("after the loss of %s: %+v, %v", what, d, err)
		}
	}
}

func TestOpen311ThatLosesAnyStepIsNotAnEmptyAnswer(t *testing.T) {
	app := newOpen311(t, &fuse{})
	id := requestsOf(t, app, "")[0]["service_request_id"].(string)
	for _, path := range []string{"/requests.json", "/requests/" + id + ".json"} {
		for step := 1; ; step++ {
			f := &fuse{}
			app := newOpen311(t, f)
			f.arm(step, false)
			status, body, link := get(t, app, "GET", path)
			what := f.disarm()
			if what == "" {
				if status != 200 || step == 1 {
					t.Errorf("%s after %d steps: %d", path, step, status)
				}
				break
			}
			if status != 503 || link != "" || !strings.Contains(body, `"code":503`) {
				t.Errorf("%s without %s: %d %s", path, what, status, body)
			}
		}
	}
}
