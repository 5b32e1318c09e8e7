package esiasim

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	// choosing is how long the page with the persons stays good.
	choosing = 15 * time.Minute
	// codeLife is how long a code may be exchanged.
	codeLife = 2 * time.Minute
)

var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// authorize is GET /aas/oauth2/v2/ac.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	v := r.URL.Query()
	client, known := s.clients[v.Get("client_id")]
	// Without a registered address there is nowhere to send the refusal.
	if !known {
		s.refusePage(w, r, refuse("008010"))
		return
	}
	if len(v["redirect_uri"]) != 1 || !slices.Contains(client.RedirectURIs, v.Get("redirect_uri")) {
		s.refusePage(w, r, refuse("007023"))
		return
	}
	if refused := s.checkAuthorize(r, client, v); refused != nil {
		s.sendBack(w, r, v.Get("redirect_uri"), url.Values{"error": {refused.name},
			"error_description": {refused.description()}, "state": {v.Get("state")}})
		return
	}
	ticket := randomName()
	s.desk.put("ticket", ticket, grant{client: client.ID, redirect: v.Get("redirect_uri"), state: v.Get("state"),
		scopes: strings.Fields(v.Get("scope")), offline: v.Get("access_type") == "offline",
		challenge: v.Get("code_challenge"), ends: s.config.Now().Add(choosing)})
	s.page(w, r, http.StatusOK, simPage{Ticket: ticket, Client: client.ID, Scopes: strings.Fields(v.Get("scope")),
		Persons: s.config.Persons, Numbers: faultNumbers()})
}

func (s *Server) checkAuthorize(r *http.Request, client Client, v url.Values) *refusal {
	if refused := checkForm(v, "client_secret", "client_certificate_hash", "scope", "response_type", "state",
		"timestamp", "access_type"); refused != nil {
		return refused
	}
	if v.Get("response_type") != "code" {
		return refuse("007009")
	}
	if access := v.Get("access_type"); access != "online" && access != "offline" {
		return refuse("007003")
	}
	if challenge := v.Get("code_challenge"); challenge != "" &&
		(v.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(challenge)) {
		return refuse("007039")
	}
	return s.checkSigned(r.Context(), client, v, "")
}

// choose is the answer of the page with the persons: one of them, a refusal,
// or a failure to play.
func (s *Server) choose(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	g, ok := s.desk.take("ticket", r.PostFormValue("ticket"), s.config.Now())
	if !ok {
		s.refusePage(w, r, refuse("007003"))
		return
	}
	back := func(refused *refusal) {
		s.sendBack(w, r, g.redirect, url.Values{"error": {refused.name},
			"error_description": {refused.description()}, "state": {g.state}})
	}
	if _, known := refusals[r.PostFormValue("fault")]; known {
		back(refuse(r.PostFormValue("fault")))
		return
	}
	person, known := s.persons[r.PostFormValue("person")]
	switch {
	case !known: // "refuse" and everything else
		back(refuse("007004"))
		return
	case s.clients[g.client].ConfirmedOnly && !person.Trusted:
		back(refuse("007055"))
		return
	}
	g.person, g.session, g.signedIn, g.ends = person.OID, randomUUID(), s.config.Now(), s.config.Now().Add(codeLife)
	code, err := s.signToken(r.Context(), "authorization_code", map[string]any{"iss": s.issuer, "client_id": g.client,
		"iat": g.signedIn.Unix(), "nbf": g.signedIn.Unix(), "exp": g.ends.Unix(), "urn:esia:sid": g.session})
	if err != nil {
		back(refuse("007007"))
		return
	}
	s.desk.put("code", code, g)
	s.sendBack(w, r, g.redirect, url.Values{"code": {code}, "state": {g.state}})
}

// sendBack leads the browser to the client.
func (s *Server) sendBack(w http.ResponseWriter, r *http.Request, to string, add url.Values) {
	separator := "?"
	if strings.Contains(to, "?") {
		separator = "&"
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, to+separator+add.Encode(), http.StatusFound)
}

// logout is GET /idp/ext/Logout; the parameter is redirect_url.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	client, known := s.clients[r.URL.Query().Get("client_id")]
	to := r.URL.Query().Get("redirect_url")
	if !known || to == "" || !slices.Contains(client.LogoutURLs, to) {
		s.page(w, r, http.StatusOK, simPage{LoggedOut: true})
		return
	}
	http.Redirect(w, r, to, http.StatusFound)
}
