package signer

import (
	"context"
	"time"

	"priemnaya/casework"
)

// Letters signs letters of heads with one key of the body: the signature is
// over the ASCII bytes of the hex digest (casework.LetterDigest), so that
// anybody can check it with nothing but the letter and the public key.
// Errors: Unavailable.
func Letters(key Signer, now func() time.Time) casework.LetterSigner {
	return func(ctx context.Context, by casework.Actor, digest string) (casework.Signature, error) {
		value, err := key.Sign(ctx, []byte(digest))
		if err != nil {
			return casework.Signature{}, &casework.Error{Code: casework.Unavailable, Op: "signer.Letters",
				Message: "identity.signature.unavailable", Err: err}
		}
		return casework.Signature{By: by.ID, Name: by.Name, At: now(), Algorithm: key.Algorithm(),
			Digest: digest, Value: value, Key: key.KeyID()}, nil
	}
}
