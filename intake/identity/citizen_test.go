package identity_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/identity"
	"priemnaya/intake/identity/esia"
	"priemnaya/intake/identity/esiasim"
	"priemnaya/intake/identity/signer"
)

func TestEachInventedPersonComesOutAsESIAKnowsHim(t *testing.T) {
	h := build(t, options{})
	for _, tc := range []struct{ name, oid, wants, lacks string }{
		{"a simplified account stays simplified", "1000000003", `"assurance":"esia_simplified"`, "esia_confirmed"},
		{"nobody gets a patronymic he does not have", "1000000004", "Гарифуллин", "patronymic"},
		{"a surname of sixty letters stays whole", "1000000005", "Заболотская-Верхнеудинская-Преображенская-Староконстантинова", "…"},
		{"no e-mail is no obstacle", "1000000006", `"contact":{"cabinet":true}`, "email"},
		{"an e-mail not verified is not taken", "1000000007", "Ломтева", "lomteva"},
		{"a child's account is not a confirmed one", "1000000008", `"assurance":"esia_simplified"`, "esia_confirmed"},
		{"a foreigner has latin letters", "1000000009", "Okonjo-Lindqvist", "patronymic"},
		{"the verified one of two e-mails is taken", "1000000010", "firdavs@noma.example", "staryi"},
		{"an apostrophe survives", "1000000011", "О’Хара-Дьячкова", "&#39;"},
		{"a given name alone is a name", "1000000012", `"surname":"","given":"Сурья"`, "patronymic"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at := newBrowser(t).choose(h, "/whoami", tc.oid)
			at.has(t, `"key":"esia:`+tc.oid+`"`, tc.wants)
			if strings.Contains(at.body, tc.lacks) {
				t.Errorf("%s has %q", at.body, tc.lacks)
			}
		})
	}
}

func TestEveryRefusalOfESIAHasItsOwnPageInBothLanguagesAndNoSession(t *testing.T) {
	h := build(t, options{})
	set, _ := templateSet()
	seen := map[string]string{}
	for _, number := range esia.Numbers() {
		for _, lang := range []string{"ru", "en"} {
			h.clock.advance(time.Minute) // or the limit of requests steps in
			b := newBrowser(t)
			b.get(h.base + "/login?lang=" + lang)
			at := b.get(h.base + "/login/esia?next=/whoami")
			at = b.post(at, "/emulator/choose", url.Values{"fault": {number}})
			text := set.T(lang, "identity.esia.e"+number, nil)
			if other := seen[text]; other != "" {
				t.Errorf("%s and %s say the same", number, other)
			}
			seen[text] = number
			at.has(t, text, "ESIA-"+number, `href="/login?next=%2Fwhoami"`)
			if at.url.Path != "/login/failed" || strings.Contains(at.body, "code=") || at.status < 400 || b.whoami(h) != "nobody" {
				t.Errorf("%s ends at %s with %d", number, at.url.Path, at.status)
			}
		}
	}
}

func TestOurOwnMistakesAreMetByTheNumbersOfESIA(t *testing.T) {
	foreign, err := signer.OpenSoftware(t.TempDir() + "/other.pem")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, number string
		o            options
	}{
		{"another key", "007053", options{esia: func(c *esia.Config) { c.Signer = foreign }}},
		{"another certificate", "007002", options{esia: func(c *esia.Config) { c.CertificateHash = strings.Repeat("0", 64) }}},
		{"a clock an hour late", "007015", options{esia: func(c *esia.Config) {
			now := c.Now
			c.Now = func() time.Time { return now().Add(-time.Hour) }
		}}},
		{"a scope not allowed to us", "007006", options{esia: func(c *esia.Config) { c.Scopes = []string{"openid", "fullname", "snils"} }}},
		{"an account not confirmed where that is demanded", "007055", options{simClient: func(c *esiasim.Client) { c.ConfirmedOnly = true }}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := build(t, tc.o)
			b := newBrowser(t)
			at := b.get(h.base + "/login/esia")
			if at.url.Path == "/aas/oauth2/v2/ac" {
				at = b.post(at, "/emulator/choose", url.Values{"person": {"1000000003"}})
			}
			at.has(t, "ESIA-"+tc.number)
			if b.whoami(h) != "nobody" {
				t.Error("there is a session")
			}
			// What the citizen cannot mend must be in the log.
			if esia.CauseOf(esia.Explain("test", "ESIA-"+tc.number)) == esia.CauseOurs && !strings.Contains(h.log.String(), "level=ERROR") {
				t.Errorf("the administrator is not told: %s", h.log)
			}
		})
	}
	t.Run("a redirect that is not registered stays at ESIA", func(t *testing.T) {
		h := build(t, options{simClient: func(c *esiasim.Client) { c.RedirectURIs = []string{"https://elsewhere.example/"} }})
		at := newBrowser(t).get(h.base + "/login/esia")
		at.has(t, "ESIA-007023")
	})
	t.Run("a mnemonic that is not registered stays at ESIA", func(t *testing.T) {
		h := build(t, options{esia: func(c *esia.Config) { c.ClientID = "STRANGER" }})
		newBrowser(t).get(h.base+"/login/esia").has(t, "ESIA-008010")
	})
}

// comeBack signs in at the emulator and returns the address of the callback,
// not opened yet.
func comeBack(t *testing.T, h *house, b *browser) string {
	t.Helper()
	at := b.get(h.base + "/login/esia?next=/whoami")
	answer, err := b.stopped().http.PostForm(h.simBase+"/emulator/choose", url.Values{
		"person": {"1000000001"}, "ticket": {cut(at.body, `name="ticket" value="`, `"`)}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header.Get("Location")
}

func cut(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	found, _, _ := strings.Cut(rest, after)
	return found
}

func TestACallbackThatIsNotOursSignsNobodyIn(t *testing.T) {
	const stale = "Этот вход уже не действует"
	refused := func(t *testing.T, h *house, b *browser, address string) {
		t.Helper()
		at := b.get(address)
		at.has(t, stale, `href="/login`)
		if at.status != http.StatusBadRequest || strings.Contains(b.whoami(h), "esia:") {
			t.Errorf("status %d, signed in: %s", at.status, b.whoami(h))
		}
	}
	t.Run("an invented state", func(t *testing.T) {
		h := build(t, options{})
		b := newBrowser(t)
		b.get(h.base + "/login/esia")
		refused(t, h, b, h.base+identity.ESIACallbackPath+"?code=x&state="+esia.NewState())
	})
	t.Run("an empty state", func(t *testing.T) {
		h := build(t, options{})
		refused(t, h, newBrowser(t), h.base+identity.ESIACallbackPath+"?code=x&state=")
	})
	t.Run("the callback of another browser", func(t *testing.T) {
		h := build(t, options{})
		attacker, victim := newBrowser(t), newBrowser(t)
		address := comeBack(t, h, attacker)
		victim.get(h.base + "/login/esia")
		refused(t, h, victim, address)
	})
	t.Run("the same callback twice, even with the cookie put back", func(t *testing.T) {
		h := build(t, options{})
		b := newBrowser(t)
		address := comeBack(t, h, b)
		ours, _ := url.Parse(h.base)
		saved := b.http.Jar.Cookies(ours)
		b.get(address).has(t, "esia:1000000001")
		copied := newBrowser(t)
		copied.http.Jar.SetCookies(ours, saved)
		refused(t, h, copied, address)
	})
	t.Run("a callback after eleven minutes", func(t *testing.T) {
		h := build(t, options{})
		b := newBrowser(t)
		address := comeBack(t, h, b)
		h.clock.advance(11 * time.Minute)
		refused(t, h, b, address)
	})
	t.Run("a refusal with an invented state says nothing of its own", func(t *testing.T) {
		h := build(t, options{})
		refused(t, h, newBrowser(t), h.base+identity.ESIACallbackPath+"?error=access_denied&error_description=ESIA-007004:+hello&state=x")
	})
}

func TestACodeSpentOrOfSomebodyElseSignsNobodyIn(t *testing.T) {
	t.Run("a code put in place of one's own is used once only", func(t *testing.T) {
		h := build(t, options{})
		victim, attacker := newBrowser(t), newBrowser(t)
		address := comeBack(t, h, victim)
		victim.get(address).has(t, "esia:1000000001")
		stolen, _ := url.Parse(address)
		own, _ := url.Parse(comeBack(t, h, attacker))
		mixed := h.base + identity.ESIACallbackPath + "?" + url.Values{"code": {stolen.Query().Get("code")}, "state": {own.Query().Get("state")}}.Encode()
		attacker.get(mixed).has(t, "ESIA-007011")
		if attacker.whoami(h) != "nobody" {
			t.Error("the attacker is signed in")
		}
	})
	t.Run("a code older than the emulator allows", func(t *testing.T) {
		h := build(t, options{})
		b := newBrowser(t)
		address := comeBack(t, h, b)
		h.clock.advance(3 * time.Minute)
		b.get(address).has(t, "ESIA-007011")
	})
	t.Run("an empty code", func(t *testing.T) {
		h := build(t, options{})
		b := newBrowser(t)
		own, _ := url.Parse(comeBack(t, h, b))
		at := b.get(h.base + identity.ESIACallbackPath + "?state=" + own.Query().Get("state"))
		at.has(t, "не прошёл проверку")
	})
}

func TestFourTabsMaySignInAtOnceAndTheFifthTakesThePlaceOfTheFirst(t *testing.T) {
	h := build(t, options{})
	b := newBrowser(t)
	var addresses []string
	for range 5 {
		addresses = append(addresses, comeBack(t, h, b))
	}
	b.get(addresses[0]).has(t, "уже не действует")
	b.get(addresses[2]).has(t, "esia:1000000001")
}

func TestTheWayBackIsAlwaysLocal(t *testing.T) {
	h := build(t, options{})
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "/login", "/login/esia", "/logout",
		"javascript:alert(1)", "/" + strings.Repeat("a", 2000)} {
		at := newBrowser(t).choose(h, next, "1000000002")
		if at.url.String() != h.base+"/whoami" {
			t.Errorf("%q led to %s", next, at.url)
		}
	}
}

func TestASignInGivesANewSessionAndEndsTheOldOne(t *testing.T) {
	h := build(t, options{})
	b := newBrowser(t)
	ours, _ := url.Parse(h.base)
	b.http.Jar.SetCookies(ours, []*http.Cookie{{Name: "session", Value: strings.Repeat("A", 43), Path: "/"}})
	b.choose(h, "/whoami", "1000000001").has(t, "esia:1000000001")
	first := sessionOf(b, ours)
	if first == strings.Repeat("A", 43) || first == "" {
		t.Fatalf("the planted session %q was taken over", first)
	}
	b.get(h.base + "/logout")
	b.choose(h, "/whoami", "1000000002").has(t, "esia:1000000002")
	old := newBrowser(t)
	old.http.Jar.SetCookies(ours, []*http.Cookie{{Name: "session", Value: first, Path: "/"}})
	if old.whoami(h) != "nobody" {
		t.Error("the session before the second sign-in still lives")
	}
	if strings.Contains(h.shelf.Dump(), sessionOf(b, ours)) {
		t.Error("the store holds what the cookie holds")
	}
}

func sessionOf(b *browser, at *url.URL) string {
	for _, c := range b.http.Jar.Cookies(at) {
		if c.Name == "session" {
			return c.Value
		}
	}
	return ""
}

func TestSigningOutEndsTheSessionAndOffersToLeaveESIAToo(t *testing.T) {
	h := build(t, options{})
	b := newBrowser(t)
	b.choose(h, "/whoami", "1000000001")
	on := b.get(h.base + "/login/nowhere")
	if refused := b.show(b.http.PostForm(h.base+"/logout", nil)); refused.status != http.StatusForbidden || b.whoami(h) == "nobody" {
		t.Errorf("a sign-out without token got %d", refused.status)
	}
	out := b.post(on, "/logout", url.Values{"_csrf": {cut(on.body, `name="_csrf" value="`, `"`)}})
	out.has(t, "Вы вышли", "/idp/ext/Logout?client_id=PRIEMNAYA&amp;redirect_url=")
	if b.whoami(h) != "nobody" {
		t.Error("still signed in")
	}
	back := b.get(strings.ReplaceAll(cut(out.body, `<a href="`+h.simBase, `"`), "&amp;", "&")[0:0] + h.simBase +
		strings.ReplaceAll(cut(out.body, `<a href="`+h.simBase, `"`), "&amp;", "&"))
	if back.url.String() != h.base+"/logout" {
		t.Errorf("ESIA led back to %s", back.url)
	}
}

func TestADeadOrTalkativeESIAIsAPageAndNotACrash(t *testing.T) {
	t.Run("it is down", func(t *testing.T) {
		h := build(t, options{})
		b := newBrowser(t)
		address := comeBack(t, h, b)
		if err := h.sim.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
		at := b.get(address)
		at.has(t, "сейчас не отвечают")
		if at.status != http.StatusServiceUnavailable {
			t.Errorf("status %d", at.status)
		}
	})
	t.Run("our store is down", func(t *testing.T) {
		h := build(t, options{})
		b := newBrowser(t)
		address := comeBack(t, h, b)
		h.shelf.Fail = func(call string) error { return errors.New("disk on fire") }
		at := b.get(address)
		if at.status != http.StatusInternalServerError || strings.Contains(at.body, "disk on fire") {
			t.Errorf("status %d: %s", at.status, at.body)
		}
	})
}

func TestDevelopmentIdentitiesAreRefusedOnAPublicAddress(t *testing.T) {
	for _, address := range []string{":8080", "0.0.0.0:8080", "[::]:8080", "192.0.2.1:80", "priemnaya.example:443"} {
		if err := identity.CheckLoopback(address); !errors.Is(err, identity.ErrPublic) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"127.0.0.1:0", "[::1]:8080", "localhost:8080"} {
		if err := identity.CheckLoopback(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}
