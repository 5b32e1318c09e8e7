package esiasim

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// accessLife and idLife are those seen in tokens of ESIA.
	accessLife  = time.Hour
	idLife      = 3 * time.Hour
	refreshLife = 30 * 24 * time.Hour
)

// token is POST /aas/oauth2/v3/te.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		s.refuseJSON(w, "", refuse("007003"))
		return
	}
	v := r.PostForm
	g, refused := s.checkToken(r, v)
	if refused != nil {
		s.refuseJSON(w, v.Get("state"), refused)
		return
	}
	answer, err := s.issue(r.Context(), g, v.Get("state"))
	if err != nil {
		s.refuseJSON(w, v.Get("state"), refuse("007007"))
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) checkToken(r *http.Request, v url.Values) (grant, *refusal) {
	client, known := s.clients[v.Get("client_id")]
	if !known {
		return grant{}, refuse("008010")
	}
	if refused := checkForm(v, "grant_type", "client_secret", "client_certificate_hash", "state", "redirect_uri",
		"scope", "timestamp", "token_type"); refused != nil {
		return grant{}, refused
	}
	if v.Get("token_type") != "Bearer" {
		return grant{}, refuse("007003")
	}
	if !slices.Contains(client.RedirectURIs, v.Get("redirect_uri")) {
		return grant{}, refuse("007023")
	}
	switch v.Get("grant_type") {
	case "authorization_code":
		return s.spendCode(r, client, v)
	case "refresh_token":
		return s.spendRefresh(r, client, v)
	}
	return grant{}, refuse("007012")
}

func (s *Server) spendCode(r *http.Request, client Client, v url.Values) (grant, *refusal) {
	if v.Get("code") == "" {
		return grant{}, refuse("007014")
	}
	if refused := s.checkSigned(r.Context(), client, v, v.Get("code")); refused != nil {
		return grant{}, refused
	}
	g, ok := s.desk.take("code", v.Get("code"), s.config.Now())
	if !ok || g.client != client.ID || g.redirect != v.Get("redirect_uri") {
		return grant{}, refuse("007011")
	}
	for _, scope := range strings.Fields(v.Get("scope")) {
		if !slices.Contains(g.scopes, scope) {
			return grant{}, refuse("007006")
		}
	}
	if g.challenge != "" {
		sum := sha256.Sum256([]byte(v.Get("code_verifier")))
		if subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(g.challenge)) != 1 {
			return grant{}, refuse("007040")
		}
	}
	return g, nil
}

func (s *Server) spendRefresh(r *http.Request, client Client, v url.Values) (grant, *refusal) {
	if v.Get("refresh_token") == "" {
		return grant{}, refuse("007014")
	}
	if refused := s.checkSigned(r.Context(), client, v, ""); refused != nil {
		return grant{}, refused
	}
	g, ok := s.desk.take("refresh", v.Get("refresh_token"), s.config.Now())
	if !ok || g.client != client.ID {
		return grant{}, refuse("007011")
	}
	return g, nil
}

func (s *Server) issue(ctx context.Context, g grant, state string) (map[string]any, error) {
	now := s.config.Now()
	var granted []string
	for _, scope := range g.scopes {
		if scope != "openid" {
			scope += "?oid=" + g.person
		}
		granted = append(granted, scope)
	}
	oid, err := strconv.ParseInt(g.person, 10, 64)
	if err != nil {
		return nil, err
	}
	access, err := s.signToken(ctx, "access", map[string]any{"iss": s.issuer, "client_id": g.client,
		"scope": strings.Join(granted, " "), "nbf": now.Unix(), "iat": now.Unix(), "exp": now.Add(accessLife).Unix(),
		"urn:esia:sid": g.session, "urn:esia:sbj_id": oid})
	if err != nil {
		return nil, err
	}
	opened := g
	opened.ends = now.Add(accessLife)
	s.desk.put("access", access, opened)
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "state": state,
		"expires_in": int(accessLife.Seconds())}
	if slices.Contains(g.scopes, "openid") {
		if answer["id_token"], err = s.signToken(ctx, "id", s.idClaims(g, oid, now)); err != nil {
			return nil, err
		}
	}
	if g.offline {
		refresh := randomUUID()
		opened.ends = now.Add(refreshLife)
		s.desk.put("refresh", refresh, opened)
		answer["refresh_token"] = refresh
	}
	return answer, nil
}

func (s *Server) idClaims(g grant, oid int64, now time.Time) map[string]any {
	person := s.persons[g.person]
	subject := map[string]any{"urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": oid,
		"urn:esia:sbj:nam": "OID." + g.person, "urn:esia:sbj:lvl": person.Level}
	if person.Trusted {
		subject["urn:esia:sbj:is_tru"] = true // absent otherwise, never false
	}
	return map[string]any{"iss": s.issuer, "aud": g.client, "sub": g.person, "iat": now.Unix(), "nbf": now.Unix(),
		"exp": now.Add(idLife).Unix(), "auth_time": g.signedIn.Unix(), "amr": "PWD", "urn:esia:amd": "PWD",
		"urn:esia:sid": g.session, "urn:esia:sbj": subject}
}

// signToken writes a JWT with the header ESIA writes.
func (s *Server) signToken(ctx context.Context, subtype string, claims map[string]any) (string, error) {
	head, err := json.Marshal(struct {
		Ver int    `json:"ver"`
		Typ string `json:"typ"`
		Sbt string `json:"sbt"`
		Alg string `json:"alg"`
	}{1, "JWT", subtype, s.config.Label})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	coding := base64.RawURLEncoding
	message := coding.EncodeToString(head) + "." + coding.EncodeToString(body)
	signature, err := s.signer.Sign(ctx, []byte(message))
	return message + "." + coding.EncodeToString(signature), err
}

func (s *Server) refuseJSON(w http.ResponseWriter, state string, r *refusal) {
	status := http.StatusBadRequest
	if r.number == "008010" {
		status = http.StatusUnauthorized
	}
	writeJSON(w, status, map[string]any{"error": r.name, "error_description": r.description(), "state": state})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client is gone if this fails
}
