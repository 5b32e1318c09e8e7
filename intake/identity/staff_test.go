package identity_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"priemnaya/casework"
	"priemnaya/intake/identity"
	"priemnaya/intake/identity/staff"
)

const staffPassword = "кресло парус сорок лун"

func (h *house) hire(mustChange bool) {
	h.t.Helper()
	_, err := h.accounts.Save(h.t.Context(), staff.Staff{Login: "petrova", Name: "Петрова Анна Ильинична",
		Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "b1"}}})
	if err == nil {
		err = h.accounts.SetPassword(h.t.Context(), "petrova", staffPassword, mustChange)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func (b *browser) staffLogin(h *house, login, password string) page {
	b.t.Helper()
	return b.post(b.get(h.base+"/staff/login?next=/whoami"), "/staff/login", url.Values{"login": {login}, "password": {password}})
}

func TestStaffSignInWithAPasswordAlone(t *testing.T) {
	h := build(t, options{})
	h.hire(false)
	b := newBrowser(t)
	b.staffLogin(h, "petrova", staffPassword).has(t, `"id":"staff:petrova"`, `"role":"officer"`)
	if strings.Contains(h.log.String(), "petrova") {
		t.Errorf("the log names the person: %s", h.log)
	}
	if at := b.get(h.base + "/staff/login"); at.url.Path != "/whoami" {
		t.Errorf("signed-in staff are asked again at %s", at.url)
	}
}

func TestAnUnknownLoginAndAWrongPasswordShowTheSamePage(t *testing.T) {
	h := build(t, options{})
	h.hire(false)
	vary := regexp.MustCompile(`value="[^"]*"|nonce="[^"]*"`)
	strip := func(p page) string { return vary.ReplaceAllString(p.body, "") }
	wrong, unknown := newBrowser(t).staffLogin(h, "petrova", "wrong"), newBrowser(t).staffLogin(h, "nobody", "wrong")
	wrong.has(t, "не подошли", `href="#f-password"`, `value="petrova"`)
	if wrong.status != http.StatusUnprocessableEntity || unknown.status != wrong.status || strip(wrong) != strip(unknown) {
		t.Errorf("%d and %d", wrong.status, unknown.status)
	}
	if strings.Contains(wrong.body, `value="wrong"`) {
		t.Error("the password is sent back")
	}
}

func TestALockedAccountSaysHowLongToWait(t *testing.T) {
	h := build(t, options{})
	h.hire(false)
	b := newBrowser(t)
	for range 5 {
		b.staffLogin(h, "petrova", "wrong")
	}
	at := b.staffLogin(h, "petrova", staffPassword)
	at.has(t, "Слишком много неудачных попыток", "Повторите через 1 минуту")
	if at.status != http.StatusTooManyRequests || b.whoami(h) != "nobody" {
		t.Errorf("status %d", at.status)
	}
	h.clock.advance(time.Minute)
	b.staffLogin(h, "petrova", staffPassword).has(t, "staff:petrova")
}

func TestTheFirstSignInChangesThePasswordSetsUpTheSecondFactorAndShowsCodes(t *testing.T) {
	h := build(t, options{requireTOTP: true})
	h.hire(true)
	b := newBrowser(t)
	at := b.staffLogin(h, "petrova", staffPassword)
	at.has(t, "Новый пароль", "Петрова Анна Ильинична")
	if b.whoami(h) != "nobody" {
		t.Fatal("signed in before the password is changed")
	}
	b.post(at, "/staff/login/password", url.Values{"password": {"четыре утки и дождь"}, "repeat": {"иначе"}}).has(t, "Пароли не совпали")
	b.post(at, "/staff/login/password", url.Values{"password": {"коротко"}, "repeat": {"коротко"}}).has(t, "нужно хотя бы 12 знаков")
	at = b.post(at, "/staff/login/password", url.Values{"password": {"четыре утки и дождь"}, "repeat": {"четыре утки и дождь"}})
	at.has(t, "<svg class=\"qr\"", "Ввести ключ вручную")
	if b.whoami(h) != "nobody" {
		t.Fatal("signed in before the second factor is set up")
	}
	secret := strings.ReplaceAll(cut(at.body, `<code class="num">`, "<"), " ", "")
	b.post(at, "/staff/login/enrol", url.Values{"code": {"000000"}}).has(t, "Код не подошёл", secret[:4]+" "+secret[4:8])
	at = b.post(at, "/staff/login/enrol", url.Values{"code": {codeOf(t, h, secret)}})
	at.has(t, "Сохраните коды восстановления", `href="/whoami"`)
	codes := regexp.MustCompile(`<li><code class="nowrap">([a-z2-7-]{19})<`).FindAllStringSubmatch(at.body, -1)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	if !strings.Contains(b.whoami(h), "staff:petrova") {
		t.Error("not signed in after enrolment")
	}
	// The next time: password and code, then password and recovery code.
	h.clock.advance(time.Hour)
	for _, code := range []string{codeOf(t, h, secret), codes[0][1]} {
		next := newBrowser(t)
		at = next.staffLogin(h, "petrova", "четыре утки и дождь")
		at.has(t, "Код из шести цифр")
		if next.whoami(h) != "nobody" {
			t.Fatal("the password alone signs in")
		}
		next.post(at, "/staff/login/code", url.Values{"code": {"000000"}}).has(t, "Код не подошёл")
		next.post(at, "/staff/login/code", url.Values{"code": {code}}).has(t, "staff:petrova")
		again := newBrowser(t)
		at = again.staffLogin(h, "petrova", "четыре утки и дождь")
		again.post(at, "/staff/login/code", url.Values{"code": {code}}).has(t, "Код не подошёл")
	}
}

func codeOf(t *testing.T, h *house, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, h.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestTheStepsCannotBeSkippedOrBorrowed(t *testing.T) {
	h := build(t, options{requireTOTP: true})
	h.hire(true)
	stranger := newBrowser(t)
	for _, path := range []string{"/staff/login/code", "/staff/login/password", "/staff/login/enrol", "/staff/password"} {
		if at := stranger.get(h.base + path); at.url.Path != "/staff/login" {
			t.Errorf("%s without a password shows %s", path, at.url.Path)
		}
	}
	b := newBrowser(t)
	at := b.staffLogin(h, "petrova", staffPassword)
	if skipped := b.get(h.base + "/staff/login/enrol"); skipped.url.Path != "/staff/login/password" {
		t.Errorf("the change of the password can be skipped: %s", skipped.url.Path)
	}
	h.clock.advance(11 * time.Minute)
	if late := b.post(at, "/staff/login/password", url.Values{"password": {"четыре утки и дождь"}, "repeat": {"четыре утки и дождь"}}); late.url.Path != "/staff/login" {
		t.Errorf("an entry of eleven minutes is good for %s", late.url.Path)
	}
}

func TestAnAccountDisabledMeanwhileGoesBackToTheBeginning(t *testing.T) {
	h := build(t, options{requireTOTP: true})
	h.hire(true)
	b := newBrowser(t)
	at := b.staffLogin(h, "petrova", staffPassword)
	if err := h.accounts.SetPassword(t.Context(), "petrova", "другой длинный вход", true); err != nil {
		t.Fatal(err)
	}
	back := b.post(at, "/staff/login/password", url.Values{"password": {"четыре утки и дождь"}, "repeat": {"четыре утки и дождь"}})
	back.has(t, "Учётная запись изменилась")
	if back.url.Path != "/staff/login" {
		t.Errorf("at %s", back.url)
	}
}

func TestChangingOnesPasswordEndsTheOtherSessionsAndKeepsThisOne(t *testing.T) {
	h := build(t, options{})
	h.hire(false)
	here, there := newBrowser(t), newBrowser(t)
	here.staffLogin(h, "petrova", staffPassword)
	there.staffLogin(h, "petrova", staffPassword)
	at := here.get(h.base + identity.StaffPasswordPath)
	here.post(at, identity.StaffPasswordPath, url.Values{"old_password": {"wrong"}, "password": {"четыре утки и дождь"}, "repeat": {"четыре утки и дождь"}}).has(t, "Нынешний пароль не подошёл")
	here.post(at, identity.StaffPasswordPath, url.Values{"old_password": {staffPassword}, "password": {"четыре утки и дождь"}, "repeat": {"четыре утки и дождь"}}).has(t, "staff:petrova")
	if here.whoami(h) == "nobody" || there.whoami(h) != "nobody" {
		t.Errorf("here %s, there %s", here.whoami(h), there.whoami(h))
	}
}

func TestAFormFromBeforeTheSignInIsNotGoodAfterIt(t *testing.T) {
	h := build(t, options{})
	h.hire(false)
	b := newBrowser(t)
	old := b.get(h.base + "/staff/login")
	b.staffLogin(h, "petrova", staffPassword)
	if out := b.post(old, "/logout", url.Values{}); out.status != http.StatusForbidden || b.whoami(h) == "nobody" {
		t.Errorf("status %d", out.status)
	}
}
