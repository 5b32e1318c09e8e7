package oidc

import (
	"context"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"priemnaya/casework"
)

// maxToken is the longest token looked at, in bytes.
const maxToken = 32 << 10

// Vouched identifies a person by the id token that the provider gave to another
// client, such as the website of a body, and that client passed on to us. A
// token for any other client is worth nothing here. The access token is needed
// only where the id token has no name. The provider must give all its clients
// the same sub for one person (subject type public). Errors: Unauthenticated,
// Forbidden if the provider tells no name, Unavailable.
func (p *Provider) Vouched(ctx context.Context, id, access, client string) (casework.Applicant, error) {
	const op = "oidc.Vouched"
	if client == "" || id == "" || len(id) > maxToken || len(access) > maxToken {
		return casework.Applicant{}, distrust(op, "a token or the client is missing, or too long")
	}
	core, err := p.discover(ctx)
	if err != nil {
		return casework.Applicant{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	checked, err := core.VerifierContext(ctx, &oidc.Config{ClientID: client, Now: p.config.Now}).Verify(ctx, id)
	if err != nil {
		return casework.Applicant{}, distrust(op, "the id token fails its check")
	}
	if checked.IssuedAt.After(p.config.Now().Add(time.Minute)) {
		return casework.Applicant{}, distrust(op, "the id token comes from the future")
	}
	var said claims
	if err := checked.Claims(&said); err != nil {
		return casework.Applicant{}, distrust(op, "the claims are unreadable")
	}
	if len(checked.Audience) > 1 && said.AuthorizedParty != client {
		return casework.Applicant{}, distrust(op, "the id token was made for another client")
	}
	if access != "" {
		if err := p.addUserInfo(ctx, core, &oauth2.Token{AccessToken: access}, checked.Subject, &said); err != nil {
			return casework.Applicant{}, err
		}
	}
	return p.applicant(checked.Subject, said)
}
