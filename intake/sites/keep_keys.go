package sites

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/intake/sites/sign"
)

// maxKeys is how many live keys a site may have at a time: one in use, one that
// comes next, one to spare.
const maxKeys = 3

// EncodeSecret writes a secret as it is given to a site: the HMAC key is this
// text itself, so that no client has to decode anything.
func EncodeSecret(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// NewKey makes a key for a site. Errors: NotFound, TooMany.
func (d *Directory) NewKey(ctx context.Context, site string) (sign.Key, error) {
	raw := randomBytes(secretBytes)
	sealed, err := d.Box.Seal(raw)
	if err != nil {
		return sign.Key{}, err
	}
	k := Key{ID: site + "." + hex.EncodeToString(randomBytes(4)), Sealed: sealed, CreatedAt: d.Now().UTC()}
	_, err = d.Change(ctx, site, func(s *Site) error {
		live := slices.DeleteFunc(slices.Clone(s.Keys), func(k Key) bool { return !k.Live() })
		if len(live) >= maxKeys {
			return &casework.Error{Code: casework.TooMany, Op: "sites.NewKey", Message: "sites.keys_many", Data: map[string]any{"Max": maxKeys}}
		}
		s.Keys = append(s.Keys, k)
		return nil
	})
	return sign.Key{ID: k.ID, Secret: []byte(EncodeSecret(raw))}, err
}

// RevokeKey ends a key at once. Errors: NotFound.
func (d *Directory) RevokeKey(ctx context.Context, keyID string) error {
	site, _, _ := strings.Cut(keyID, ".")
	_, err := d.Change(ctx, site, func(s *Site) error {
		i := slices.IndexFunc(s.Keys, func(k Key) bool { return k.ID == keyID })
		if i < 0 {
			return casework.Fail(casework.NotFound, "sites.RevokeKey", "sites.no_key")
		}
		if s.Keys[i].Live() {
			s.Keys[i].RevokedAt = d.Now().UTC()
		}
		return nil
	})
	return err
}

// KeySecret gives a live key with its secret, for the administrator. Errors:
// NotFound.
func (d *Directory) KeySecret(ctx context.Context, keyID string) (sign.Key, error) {
	s, secret, err := d.signer(ctx, keyID)
	if err != nil {
		return sign.Key{}, err
	}
	if s.ID == "" {
		return sign.Key{}, casework.Fail(casework.NotFound, "sites.KeySecret", "sites.no_key")
	}
	return sign.Key{ID: keyID, Secret: secret}, nil
}

// signer finds the open site and the secret of a live key. For any other key
// the site is empty and the secret nobody's: the caller compares all the same,
// so that both take the same time. Errors: Unavailable, Corrupted.
func (d *Directory) signer(ctx context.Context, keyID string) (Site, []byte, error) {
	id, _, _ := strings.Cut(keyID, ".")
	s, err := d.Get(ctx, id)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return Site{}, nil, err
	}
	sealed := d.decoy
	i := slices.IndexFunc(s.Keys, func(k Key) bool { return k.ID == keyID && k.Live() })
	if err == nil && i >= 0 && s.ClosedAt.IsZero() {
		sealed = s.Keys[i].Sealed
	} else {
		s = Site{}
	}
	raw, err := d.Box.Open(sealed)
	if err != nil {
		return Site{}, nil, &casework.Error{Code: casework.Corrupted, Op: "sites.signer", Err: err}
	}
	return s, []byte(EncodeSecret(raw)), nil
}
