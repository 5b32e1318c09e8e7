package esia

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
	"time"

	"priemnaya/casework"
)

// timestampForm is yyyy.MM.dd HH:mm:ss ±hhmm.
const timestampForm = "2006.01.02 15:04:05 -0700"

// Timestamp writes the moment as ESIA wants it: "2015.11.02 09:52:36 +0000".
func Timestamp(t time.Time) string { return t.Format(timestampForm) }

// secretParts are the fields that client_secret covers, in their order.
type secretParts struct {
	clientID, scope, scopeOrg, timestamp, state, redirectURI, code string
}

// message is the string to sign: plain concatenation, nothing between. For the
// code request and for a refresh, code is empty.
func (p secretParts) message() []byte {
	return []byte(p.clientID + p.scope + p.scopeOrg + p.timestamp + p.state + p.redirectURI + p.code)
}

// NewState makes a random UUID (version 4) for one request.
func NewState() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails: it aborts the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// AuthorizeURL is where the browser goes to sign in. state comes from NewState;
// the caller binds it to the browser and accepts it back once. Errors:
// Unavailable if the request could not be signed.
func (c *Client) AuthorizeURL(ctx context.Context, state string) (string, error) {
	values, err := c.signed(ctx, state, "")
	if err != nil {
		return "", err
	}
	values.Set("response_type", "code")
	values.Set("access_type", "online")
	return c.base + "/aas/oauth2/v2/ac?" + values.Encode(), nil
}

// signed makes the fields common to the requests for a code and for a token.
func (c *Client) signed(ctx context.Context, state, code string) (url.Values, error) {
	parts := secretParts{clientID: c.config.ClientID, scope: c.scope(), timestamp: Timestamp(c.config.Now()),
		state: state, redirectURI: c.config.RedirectURI, code: code}
	signature, err := c.config.Signer.Sign(ctx, parts.message())
	if err != nil {
		return nil, &casework.Error{Code: casework.Unavailable, Op: "esia.Sign", Message: "identity.esia.unsigned", Err: err}
	}
	return url.Values{
		"client_id":               {parts.clientID},
		"client_secret":           {base64.URLEncoding.EncodeToString(signature)},
		"client_certificate_hash": {c.config.CertificateHash},
		"redirect_uri":            {parts.redirectURI},
		"scope":                   {parts.scope},
		"scope_org":               {parts.scopeOrg},
		"state":                   {state},
		"timestamp":               {parts.timestamp},
	}, nil
}
