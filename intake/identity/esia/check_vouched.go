package esia

import (
	"context"

	"priemnaya/casework"
)

// Vouched identifies a person by the tokens that ESIA gave to another system,
// such as the website of a body, and that system passed on to us. client is the
// mnemonic under which that system is known to be registered: tokens made for
// anybody else are worth nothing here. Signatures, issuer, times, the agreement
// of both tokens and the person's record are checked as those of our own
// sign-in. Errors: those of SignIn; Unauthenticated if a token is missing.
func (c *Client) Vouched(ctx context.Context, id, access, client string) (casework.Applicant, error) {
	const op = "esia.Vouched"
	if client == "" || id == "" || access == "" {
		return casework.Applicant{}, distrust(op, "a token or the client is missing")
	}
	oid, level, err := c.checkTokens(ctx, tokens{ID: id, Access: access}, client)
	if err != nil {
		return casework.Applicant{}, err
	}
	return c.readPerson(ctx, oid, access, level)
}
