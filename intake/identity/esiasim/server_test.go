package esiasim

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"priemnaya/templates"
)

var set = sync.OnceValue(func() *templates.Set {
	loaded, err := templates.Load(templates.Options{})
	if err != nil {
		panic(err)
	}
	return loaded
})

// echoKey takes the message itself for its signature.
type echoKey struct{}

func (echoKey) Verify(_ context.Context, message, signature []byte) error {
	if !bytes.Equal(message, signature) {
		return errors.New("bad")
	}
	return nil
}

const (
	hash     = "ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"
	callback = "https://priemnaya.example/callback"
	state    = "a5a10dfd-2dd3-4e4e-9c0b-0a1b2c3d4e5f"
)

type world struct {
	t   *testing.T
	s   *Server
	now time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	var err error
	w.s, err = New(Config{BaseURL: "http://127.0.0.1:9443", Set: set(), Now: func() time.Time { return w.now },
		Clients: []Client{
			{ID: "ONE", CertificateHash: strings.ToLower(hash), RedirectURIs: []string{callback}, Scopes: knownScopes, Key: echoKey{}},
			{ID: "TWO", CertificateHash: hash, RedirectURIs: []string{callback}, Scopes: knownScopes, Key: echoKey{}},
		}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) do(method, address string, form url.Values, token string) *httptest.ResponseRecorder {
	w.t.Helper()
	request := httptest.NewRequest(method, "http://127.0.0.1:9443"+address, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer := httptest.NewRecorder()
	w.s.Handler().ServeHTTP(answer, request)
	return answer
}

// fields are a good request; tests spoil it. The secret is made last.
func (w *world) fields(change func(url.Values), code string) url.Values {
	v := url.Values{"client_id": {"ONE"}, "client_certificate_hash": {hash}, "redirect_uri": {callback}, "scope": {"openid fullname email"},
		"scope_org": {""}, "response_type": {"code"}, "state": {state}, "timestamp": {w.now.Format(timestampForm)}, "access_type": {"offline"}}
	if change != nil {
		change(v)
	}
	if !v.Has("client_secret") {
		v.Set("client_secret", base64.URLEncoding.EncodeToString([]byte(v.Get("client_id")+v.Get("scope")+v.Get("scope_org")+
			v.Get("timestamp")+v.Get("state")+v.Get("redirect_uri")+code)))
	}
	return v
}

func (w *world) tokenFields(change func(url.Values), code string) url.Values {
	v := w.fields(func(v url.Values) {
		v.Del("response_type")
		v.Del("access_type")
		v.Set("grant_type", "authorization_code")
		v.Set("code", code)
		v.Set("token_type", "Bearer")
		if change != nil {
			change(v)
		}
	}, code)
	return v
}

// code signs a person in and returns the code.
func (w *world) code(person string, change func(url.Values)) string {
	w.t.Helper()
	page := w.do("GET", "/aas/oauth2/v2/ac?"+w.fields(change, "").Encode(), nil, "")
	_, rest, _ := strings.Cut(page.Body.String(), `name="ticket" value="`)
	ticket, _, _ := strings.Cut(rest, `"`)
	back := w.do("POST", "/emulator/choose", url.Values{"ticket": {ticket}, "person": {person}}, "")
	to, _ := url.Parse(back.Header().Get("Location"))
	if to.Query().Get("state") != state {
		w.t.Fatalf("came back to %s", to)
	}
	return to.Query().Get("code")
}

func number(text string) string {
	_, rest, found := strings.Cut(text, "ESIA-")
	if !found {
		return ""
	}
	return rest[:6]
}

func TestARequestForACodeIsRefusedWithTheNumberOfItsFault(t *testing.T) {
	w := newWorld(t)
	for name, tc := range map[string]struct {
		change func(url.Values)
		want   string
	}{
		"a good one": {nil, ""},
		"a secret without padding": {func(v url.Values) {
			v.Set("client_secret", base64.RawURLEncoding.EncodeToString([]byte("ONEopenid fullname email"+w.now.Format(timestampForm)+state+callback)))
		}, ""},
		"another certificate":          {func(v url.Values) { v.Set("client_certificate_hash", strings.Repeat("0", 64)) }, "007002"},
		"a repeated parameter":         {func(v url.Values) { v.Add("state", state) }, "007003"},
		"a state that is no UUID":      {func(v url.Values) { v.Set("state", "1") }, "007003"},
		"another access type":          {func(v url.Values) { v.Set("access_type", "later") }, "007003"},
		"an unknown scope":             {func(v url.Values) { v.Set("scope", "openid everything") }, "007006"},
		"another response type":        {func(v url.Values) { v.Set("response_type", "token") }, "007009"},
		"no scope":                     {func(v url.Values) { v.Set("scope", "") }, "007013"},
		"no hash":                      {func(v url.Values) { v.Del("client_certificate_hash") }, "007014"},
		"a time six minutes ago":       {func(v url.Values) { v.Set("timestamp", w.now.Add(-6*time.Minute).Format(timestampForm)) }, "007015"},
		"a time six minutes ahead":     {func(v url.Values) { v.Set("timestamp", w.now.Add(6*time.Minute).Format(timestampForm)) }, "007015"},
		"a time in another form":       {func(v url.Values) { v.Set("timestamp", "2026-11-20T09:00:00Z") }, "007015"},
		"a time in another zone":       {func(v url.Values) { v.Set("timestamp", w.now.In(time.FixedZone("", 10*3600)).Format(timestampForm)) }, ""},
		"a challenge not hashed":       {func(v url.Values) { v.Set("code_challenge", "x") }, "007039"},
		"the signature of old clients": {func(v url.Values) { v.Set("client_secret", base64.URLEncoding.EncodeToString([]byte("old"))) }, "007053"},
		"a scope of organisations":     {func(v url.Values) { v.Set("scope_org", "org_inf") }, "007194"},
	} {
		answer := w.do("GET", "/aas/oauth2/v2/ac?"+w.fields(tc.change, "").Encode(), nil, "")
		to, _ := url.Parse(answer.Header().Get("Location"))
		if got := number(to.Query().Get("error_description")); got != tc.want || tc.want != "" && !strings.HasPrefix(to.String(), callback+"?") {
			t.Errorf("%s: %d %s", name, answer.Code, to)
		}
	}
	for name, change := range map[string]func(url.Values){
		"an unknown client":        func(v url.Values) { v.Set("client_id", "NOBODY") },
		"an unregistered redirect": func(v url.Values) { v.Set("redirect_uri", callback+"/x") },
		"two redirects":            func(v url.Values) { v.Add("redirect_uri", callback) },
	} {
		if answer := w.do("GET", "/aas/oauth2/v2/ac?"+w.fields(change, "").Encode(), nil, ""); answer.Code != 400 || answer.Header().Get("Location") != "" {
			t.Errorf("%s: %d to %q", name, answer.Code, answer.Header().Get("Location"))
		}
	}
}

func TestATokenIsRefusedWithTheNumberOfItsFault(t *testing.T) {
	w := newWorld(t)
	for name, tc := range map[string]struct {
		change func(url.Values)
		want   string
	}{
		"a good one":               {nil, ""},
		"another client":           {func(v url.Values) { v.Set("client_id", "TWO") }, "007011"},
		"no code":                  {func(v url.Values) { v.Del("code") }, "007014"},
		"another grant type":       {func(v url.Values) { v.Set("grant_type", "password") }, "007012"},
		"another token type":       {func(v url.Values) { v.Set("token_type", "MAC") }, "007003"},
		"more scopes than granted": {func(v url.Values) { v.Set("scope", "openid snils") }, "007006"},
		"another redirect":         {func(v url.Values) { v.Set("redirect_uri", "https://else.example/") }, "007023"},
		"the secret of the code request": {func(v url.Values) {
			v.Set("client_secret", base64.URLEncoding.EncodeToString([]byte("ONE"+v.Get("scope")+v.Get("timestamp")+state+callback)))
		}, "007053"},
		"an unknown client": {func(v url.Values) { v.Set("client_id", "NOBODY") }, "008010"},
	} {
		code := w.code("1000000001", nil)
		answer := w.do("POST", "/aas/oauth2/v3/te", w.tokenFields(tc.change, code), "")
		if got := number(answer.Body.String()); got != tc.want || (answer.Code == 200) != (tc.want == "") {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Body)
		}
	}
	code := w.code("1000000001", nil)
	w.do("POST", "/aas/oauth2/v3/te", w.tokenFields(nil, code), "")
	if answer := w.do("POST", "/aas/oauth2/v3/te", w.tokenFields(nil, code), ""); number(answer.Body.String()) != "007011" {
		t.Errorf("a code used twice: %s", answer.Body)
	}
	code = w.code("1000000001", nil)
	w.now = w.now.Add(codeLife)
	if answer := w.do("POST", "/aas/oauth2/v3/te", w.tokenFields(nil, code), ""); number(answer.Body.String()) != "007011" {
		t.Errorf("an expired code: %s", answer.Body)
	}
}

func TestPKCEBindsTheCodeToItsVerifier(t *testing.T) {
	w := newWorld(t)
	challenge := func(v url.Values) {
		v.Set("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM") // of RFC 7636, appendix B
		v.Set("code_challenge_method", "S256")
	}
	for verifier, want := range map[string]string{"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk": "", "another": "007040", "": "007040"} {
		code := w.code("1000000001", challenge)
		answer := w.do("POST", "/aas/oauth2/v3/te", w.tokenFields(func(v url.Values) { v.Set("code_verifier", verifier) }, code), "")
		if got := number(answer.Body.String()); got != want {
			t.Errorf("%q: %s", verifier, answer.Body)
		}
	}
}

type issued struct {
	Access  string `json:"access_token"`
	ID      string `json:"id_token"`
	State   string `json:"state"`
	Refresh string `json:"refresh_token"`
	Expires int    `json:"expires_in"`
}

func (w *world) tokens(person, scope string) issued {
	w.t.Helper()
	scoped := func(v url.Values) { v.Set("scope", scope) }
	answer := w.do("POST", "/aas/oauth2/v3/te", w.tokenFields(scoped, w.code(person, scoped)), "")
	var got issued
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || got.Access == "" {
		w.t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	return got
}

func part(t *testing.T, token string, n int) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[n])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTokensLookLikeThoseOfESIA(t *testing.T) {
	w := newWorld(t)
	got := w.tokens("1000000003", "openid fullname email")
	if raw, _ := base64.RawURLEncoding.DecodeString(strings.Split(got.Access, ".")[0]); string(raw) != `{"ver":1,"typ":"JWT","sbt":"access","alg":"R6"}` {
		t.Errorf("header %s", raw)
	}
	access, id := part(t, got.Access, 1), part(t, got.ID, 1)
	for name, want := range map[string]any{"iss": "http://127.0.0.1:9443/", "client_id": "ONE", "urn:esia:sbj_id": 1000000003.0,
		"scope": "openid fullname?oid=1000000003 email?oid=1000000003"} {
		if access[name] != want {
			t.Errorf("access %s is %v", name, access[name])
		}
	}
	if access["exp"].(float64)-access["iat"].(float64) != 3600 || got.Expires != 3600 || got.State != state {
		t.Errorf("%+v", got)
	}
	subject := id["urn:esia:sbj"].(map[string]any)
	if id["sub"] != "1000000003" || id["aud"] != "ONE" || subject["urn:esia:sbj:lvl"] != "P" || subject["urn:esia:sbj:typ"] != "P" {
		t.Errorf("id %v", id)
	}
	if _, present := subject["urn:esia:sbj:is_tru"]; present {
		t.Error("is_tru must be absent for an account not confirmed")
	}
	if without := w.tokens("1000000001", "fullname"); without.ID != "" {
		t.Error("an id token without the scope openid")
	}
}

func TestARefreshTokenIsSpentForANewOne(t *testing.T) {
	w := newWorld(t)
	got := w.tokens("1000000001", "openid fullname email")
	refresh := func(token string) *httptest.ResponseRecorder {
		v := w.tokenFields(func(v url.Values) {
			v.Del("code")
			v.Set("grant_type", "refresh_token")
			v.Set("refresh_token", token)
		}, "")
		return w.do("POST", "/aas/oauth2/v3/te", v, "")
	}
	if answer := refresh(got.Refresh); answer.Code != 200 {
		t.Fatalf("%s", answer.Body)
	}
	if answer := refresh(got.Refresh); number(answer.Body.String()) != "007011" {
		t.Errorf("a refresh token used twice: %s", answer.Body)
	}
}

func TestThePersonIsOpenedByTokenAndScopeOnly(t *testing.T) {
	w := newWorld(t)
	got := w.tokens("1000000010", "openid fullname email")
	ask := func(path, token string) (int, string) {
		answer := w.do("GET", path, nil, token)
		return answer.Code, answer.Body.String()
	}
	code, body := ask("/rs/prns/1000000010", got.Access)
	if code != 200 || !strings.Contains(body, "Абдурахмонов") || strings.Contains(body, "birthDate") || strings.Contains(body, "gender") {
		t.Errorf("%d %s", code, body)
	}
	code, body = ask("/rs/prns/1000000010/ctts", got.Access)
	if code != 200 || !strings.Contains(body, `"http://127.0.0.1:9443/rs/prns/1000000010/ctts/101"`) || strings.Contains(body, "@") {
		t.Errorf("without embed: %d %s", code, body)
	}
	code, body = ask("/rs/prns/1000000010/ctts?embed=(elements)", got.Access)
	if code != 200 || !strings.Contains(body, `"vrfStu":"NOT_VERIFIED"`) || !strings.Contains(body, "firdavs@noma.example") {
		t.Errorf("with embed: %d %s", code, body)
	}
	if code, body = ask("/rs/prns/1000000010/ctts/102", got.Access); code != 200 || !strings.Contains(body, "firdavs@noma.example") {
		t.Errorf("one contact: %d %s", code, body)
	}
	if code, body = ask("/rs/prns/1000000010?embed=(contacts.elements)", got.Access); !strings.Contains(body, "firdavs@noma.example") {
		t.Errorf("embedded in the person: %d %s", code, body)
	}
	for name, tc := range map[string]struct {
		path, token string
		want        int
	}{"another person": {"/rs/prns/1000000001", got.Access, 403}, "no token": {"/rs/prns/1000000010", "", 401}, "an invented token": {"/rs/prns/1000000010", "x", 401},
		"the id token": {"/rs/prns/1000000010", got.ID, 401}, "no such contact": {"/rs/prns/1000000010/ctts/9", got.Access, 404},
		"contacts without the scope": {"/rs/prns/1000000010/ctts", w.tokens("1000000010", "openid fullname").Access, 403}} {
		if code, body := ask(tc.path, tc.token); code != tc.want || strings.Contains(body, "Абдурахмонов") {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	w.now = w.now.Add(accessLife)
	if code, _ := ask("/rs/prns/1000000010", got.Access); code != 401 {
		t.Errorf("an expired token opens: %d", code)
	}
}

func TestTheEmulatorRefusesToBeReachable(t *testing.T) {
	for _, base := range []string{"http://0.0.0.0:80", "http://192.0.2.1:80", "https://esia.gosuslugi.ru", "http://[2001:db8::1]:80"} {
		if _, err := New(Config{BaseURL: base, Set: set(), Now: time.Now}); !errors.Is(err, ErrPublic) {
			t.Errorf("%s: %v", base, err)
		}
	}
	w := newWorld(t)
	open, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Skipf("cannot listen on all addresses: %v", err)
	}
	defer open.Close()
	if err := w.s.Serve(open); !errors.Is(err, ErrPublic) {
		t.Errorf("serves on %s: %v", open.Addr(), err)
	}
	request := httptest.NewRequest("GET", "http://attacker.example/", nil)
	answer := httptest.NewRecorder()
	w.s.Handler().ServeHTTP(answer, request)
	if answer.Code != http.StatusMisdirectedRequest {
		t.Errorf("answers under another name: %d", answer.Code)
	}
}

func TestEveryPageSaysThatItIsAStandIn(t *testing.T) {
	w := newWorld(t)
	for _, address := range []string{"/", "/idp/ext/Logout?client_id=ONE", "/aas/oauth2/v2/ac?client_id=NOBODY", "/aas/oauth2/v2/ac?" + w.fields(nil, "").Encode()} {
		if answer := w.do("GET", address, nil, ""); !strings.Contains(answer.Body.String(), "это не Госуслуги") {
			t.Errorf("%s does not say it: %s", address, answer.Body)
		}
	}
}

func TestALogoutLeadsToRegisteredAddressesOnly(t *testing.T) {
	w := newWorld(t)
	c := w.s.clients["ONE"]
	c.LogoutURLs = []string{"https://priemnaya.example/logout"}
	w.s.clients["ONE"] = c
	for to, want := range map[string]string{"https://priemnaya.example/logout": "https://priemnaya.example/logout", "https://evil.example/": "", "": ""} {
		answer := w.do("GET", "/idp/ext/Logout?"+url.Values{"client_id": {"ONE"}, "redirect_url": {to}}.Encode(), nil, "")
		if answer.Header().Get("Location") != want {
			t.Errorf("%q leads to %q", to, answer.Header().Get("Location"))
		}
	}
}

func TestThePersonsAreVariousAndTheirOIDsDiffer(t *testing.T) {
	seen, longest := map[string]bool{}, 0
	for _, p := range DefaultPersons() {
		if seen[p.OID] || p.Name() == "" || !set().Has("ru", "identity.sim.person."+p.Note) {
			t.Errorf("%+v", p)
		}
		seen[p.OID] = true
		longest = max(longest, utf8.RuneCountInString(p.Surname))
	}
	if len(seen) != 12 || longest != 60 {
		t.Errorf("%d persons, the longest surname has %d letters", len(seen), longest)
	}
}
