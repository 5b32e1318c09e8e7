package esia

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxToken is the longest token looked at, in bytes.
const maxToken = 32 << 10

type header struct {
	Type      string   `json:"typ"`
	Subtype   string   `json:"sbt"`
	Algorithm string   `json:"alg"`
	Critical  []string `json:"crit"`
}

// labels are the names under which ESIA writes an algorithm in tokens; R6 is
// RSA with SHA-256. A label is accepted only for a key of its algorithm, so
// "none", HS256 and any exchange of keys are refused alike.
var labels = map[string]string{
	"RS256": "RS256", "R6": "RS256",
	"GOST3410_2012_256": "GOST3410_2012_256",
}

// common are the claims of both tokens.
type common struct {
	Issuer    string   `json:"iss"`
	NotBefore *seconds `json:"nbf"`
	Expires   *seconds `json:"exp"`
	Issued    *seconds `json:"iat"`
	SessionID string   `json:"urn:esia:sid"`
}

type accessClaims struct {
	common
	ClientID string      `json:"client_id"`
	Scope    string      `json:"scope"`
	Subject  json.Number `json:"urn:esia:sbj_id"`
}

type idClaims struct {
	common
	Audience audience `json:"aud"`
	Subject  string   `json:"sub"`
	AuthTime *seconds `json:"auth_time"`
	Method   string   `json:"urn:esia:amd"`
	Person   subject  `json:"urn:esia:sbj"`
}

type subject struct {
	Type    string      `json:"urn:esia:sbj:typ"`
	OID     json.Number `json:"urn:esia:sbj:oid"`
	Trusted bool        `json:"urn:esia:sbj:is_tru"`
	Level   string      `json:"urn:esia:sbj:lvl"`
}

// seconds is a moment as JWT writes it; some libraries add a fraction.
type seconds struct{ time.Time }

// UnmarshalJSON reads a number of seconds since 1970.
func (s *seconds) UnmarshalJSON(raw []byte) error {
	value, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || value < 0 || value > 1e11 {
		return fmt.Errorf("not a moment")
	}
	s.Time = time.Unix(int64(value), 0)
	return nil
}

// audience is a string or a list of strings.
type audience []string

// UnmarshalJSON reads either form.
func (a *audience) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte(`"`)) {
		*a = audience{""}
		return json.Unmarshal(raw, &(*a)[0])
	}
	return json.Unmarshal(raw, (*[]string)(a))
}

// openToken checks the form and the signature of a token with the subtype and
// reads its claims; the claims themselves are checked by the caller.
func (c *Client) openToken(ctx context.Context, op, token, subtype string, claims any) error {
	if len(token) > maxToken {
		return distrust(op, "the token is too long")
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return distrust(op, "the token has not three parts")
	}
	var head header
	if err := decodePart(parts[0], &head); err != nil {
		return distrust(op, "the header of the token is unreadable")
	}
	algorithm, known := labels[head.Algorithm]
	switch {
	case !known:
		return distrust(op, "the token names an algorithm that ESIA does not use")
	case head.Subtype != subtype:
		return distrust(op, "the token is of another subtype than "+subtype)
	case head.Type != "" && !strings.EqualFold(head.Type, "JWT"), len(head.Critical) > 0:
		return distrust(op, "the header of the token asks for what we do not know")
	}
	signature, err := decodeBase64(parts[2])
	if err != nil || len(signature) == 0 {
		return distrust(op, "the token is not signed")
	}
	message := []byte(parts[0] + "." + parts[1])
	good := false
	for _, key := range c.config.Keys {
		if key.Algorithm() == algorithm && key.Verify(ctx, message, signature) == nil {
			good = true
			break
		}
	}
	if !good {
		return distrust(op, "no key of ESIA made the signature of the token")
	}
	if err := decodePart(parts[1], claims); err != nil {
		return distrust(op, "the claims of the token are unreadable")
	}
	return nil
}

// checkCommon checks issuer and times of a token.
func (c *Client) checkCommon(op string, t common) error {
	now, skew := c.config.Now(), c.config.Skew
	switch {
	case t.Issuer != c.config.Issuer:
		return distrust(op, "the token has another issuer")
	case t.Expires == nil || t.Issued == nil:
		return distrust(op, "the token does not say when it was made and when it ends")
	case !now.Before(t.Expires.Add(skew)):
		return distrust(op, "the token has expired")
	case t.Issued.After(now.Add(skew)):
		return distrust(op, "the token comes from the future")
	case t.NotBefore != nil && t.NotBefore.After(now.Add(skew)):
		return distrust(op, "the token is not valid yet")
	}
	return nil
}

func decodePart(part string, into any) error {
	raw, err := decodeBase64(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// decodeBase64 takes base64url with and without padding.
func decodeBase64(s string) ([]byte, error) {
	return base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(s, "="))
}
