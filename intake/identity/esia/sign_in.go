package esia

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
)

// maxCode is the longest code accepted from a callback, in bytes.
const maxCode = 8 << 10

// maxName is the longest part of a name kept, in characters.
const maxName = 200

type tokens struct {
	Access string `json:"access_token"`
	ID     string `json:"id_token"`
	State  string `json:"state"`
	Type   string `json:"token_type"`
}

// SignIn exchanges the code of a callback for tokens, checks them and reads
// the person. The caller has already matched the state of the callback.
// The applicant has the key "esia:<oid>", only a verified e-mail, and the
// assurance esia_confirmed or esia_simplified. Errors: Unauthenticated if a
// check fails, Unavailable and Forbidden by Explain.
func (c *Client) SignIn(ctx context.Context, code string) (casework.Applicant, error) {
	got, err := c.exchange(ctx, code)
	if err != nil {
		return casework.Applicant{}, err
	}
	oid, level, err := c.checkTokens(ctx, got, c.config.ClientID)
	if err != nil {
		return casework.Applicant{}, err
	}
	return c.readPerson(ctx, oid, got.Access, level)
}

func (c *Client) exchange(ctx context.Context, code string) (tokens, error) {
	const op = "esia.Exchange"
	if code == "" || len(code) > maxCode {
		return tokens{}, distrust(op, "the code is empty or too long")
	}
	state := NewState()
	form, err := c.signed(ctx, state, code)
	if err != nil {
		return tokens{}, err
	}
	form.Set("code", code)
	form.Set("grant_type", "authorization_code")
	form.Set("token_type", "Bearer")
	var got tokens
	if err := c.post(ctx, "/aas/oauth2/v3/te", form, &got); err != nil {
		return tokens{}, err
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(got.State), []byte(state)) != 1:
		return tokens{}, distrust(op, "the reply echoes another state")
	case !strings.EqualFold(got.Type, "Bearer"):
		return tokens{}, distrust(op, "the tokens are not of the type Bearer")
	case got.Access == "" || got.ID == "":
		return tokens{}, distrust(op, "a token is missing")
	}
	return got, nil
}

var oidForm = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)

// checkTokens returns the oid both tokens agree on and the claims about the
// level of the account. The tokens must have been made for the client.
func (c *Client) checkTokens(ctx context.Context, got tokens, client string) (oid string, level subject, err error) {
	const op = "esia.CheckTokens"
	var id idClaims
	if err := c.openToken(ctx, op, got.ID, "id", &id); err != nil {
		return "", level, err
	}
	var access accessClaims
	if err := c.openToken(ctx, op, got.Access, "access", &access); err != nil {
		return "", level, err
	}
	if err := errors.Join(c.checkCommon(op, id.common), c.checkCommon(op, access.common)); err != nil {
		return "", level, err
	}
	switch {
	case len(id.Audience) != 1 || id.Audience[0] != client:
		return "", level, distrust(op, "the id token is for another client")
	case access.ClientID != client:
		return "", level, distrust(op, "the access token is for another client")
	case !oidForm.MatchString(id.Subject):
		return "", level, distrust(op, "the subject is no oid")
	case access.Subject.String() != id.Subject || id.Person.OID != "" && id.Person.OID.String() != id.Subject:
		return "", level, distrust(op, "the tokens speak of different persons")
	case id.Person.Type != "" && id.Person.Type != "P":
		return "", level, distrust(op, "the account is not that of a person")
	case id.SessionID != access.SessionID:
		return "", level, distrust(op, "the tokens are of different sessions")
	case !grants(access.Scope, "openid", id.Subject) || !grants(access.Scope, "fullname", id.Subject):
		return "", level, distrust(op, "the access token does not open the name of the person")
	}
	return id.Subject, id.Person, nil
}

// grants looks for "name" or "name?oid=<oid>" in a list divided by spaces.
func grants(scope, name, oid string) bool {
	granted := strings.Fields(scope)
	return slices.Contains(granted, name+"?oid="+oid) || name == "openid" && slices.Contains(granted, name)
}

type person struct {
	First   string `json:"firstName"`
	Last    string `json:"lastName"`
	Middle  string `json:"middleName"`
	Trusted bool   `json:"trusted"`
}

type contacts struct {
	Elements []contact `json:"elements"`
}

type contact struct {
	Type   string `json:"type"`
	Status string `json:"vrfStu"`
	Value  string `json:"value"`
}

func (c *Client) readPerson(ctx context.Context, oid, token string, level subject) (casework.Applicant, error) {
	const op = "esia.ReadPerson"
	var p person
	if err := c.get(ctx, "/rs/prns/"+url.PathEscape(oid), token, &p); err != nil {
		return casework.Applicant{}, err
	}
	var list contacts
	err := c.get(ctx, "/rs/prns/"+url.PathEscape(oid)+"/ctts?embed=(elements)", token, &list)
	var status *statusError
	if err != nil && !(errors.As(err, &status) && (status.status == http.StatusForbidden || status.status == http.StatusNotFound)) {
		return casework.Applicant{}, err
	}
	name := casework.PersonName{}
	for _, part := range []struct {
		from string
		to   *string
	}{{p.Last, &name.Surname}, {p.First, &name.Given}, {p.Middle, &name.Patronymic}} {
		clean, err := templates.CleanLine(part.from, maxName)
		if err != nil {
			return casework.Applicant{}, distrust(op, "the name is too long")
		}
		*part.to = clean
	}
	if name.Full() == "" {
		return casework.Applicant{}, distrust(op, "the person has no name")
	}
	return casework.Applicant{Key: "esia:" + oid, Name: name, Assurance: assuranceOf(p, level),
		Contact: casework.Contact{Email: verifiedEmail(list.Elements), Cabinet: true}}, nil
}

// assuranceOf calls an account confirmed only if the record and the token
// agree on it; a child's account (KD) and every doubt are simplified.
func assuranceOf(p person, level subject) casework.Assurance {
	if p.Trusted && level.Trusted && (level.Level == "PR" || level.Level == "") {
		return casework.AssuranceConfirmed
	}
	return casework.AssuranceSimplified
}

// verifiedEmail is the first e-mail that its owner has proved to ESIA. One not
// proved may belong to somebody else, who would then get the letters.
func verifiedEmail(list []contact) string {
	for _, found := range list {
		if found.Type != "EML" || found.Status != "VERIFIED" {
			continue
		}
		address, err := templates.CleanLine(found.Value, 254)
		if err == nil && strings.Count(address, "@") == 1 && !strings.ContainsAny(address, " ,;<>\"") {
			return address
		}
	}
	return ""
}
