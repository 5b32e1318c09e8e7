package seal

import (
	"crypto/hpke"
	"crypto/subtle"
)

// split parts an envelope and refuses every length that Seal does not make.
func split(envelope []byte) (stanzas, commit, payload []byte, err error) {
	if len(envelope) < headerMin || string(envelope[:len(magic)]) != magic {
		return nil, nil, nil, ErrDamaged
	}
	n := int(envelope[len(magic)])
	if n == 0 || n%stanzaGroup != 0 || n > MaxRecipients+stanzaGroup {
		return nil, nil, nil, ErrDamaged
	}
	rest := envelope[len(magic)+1:]
	if len(rest) < n*stanzaSize+32 {
		return nil, nil, nil, ErrDamaged
	}
	stanzas, commit, payload = rest[:n*stanzaSize], rest[n*stanzaSize:n*stanzaSize+32], rest[n*stanzaSize+32:]
	for _, s := range steps {
		if len(payload) == s+chunks(s)*tagSize {
			return stanzas, commit, payload, nil
		}
	}
	return nil, nil, nil, ErrDamaged
}

// Check tells whether bytes have the shape of an envelope: what a server can
// see of one it cannot open. Error: ErrDamaged.
func Check(envelope []byte) error {
	_, _, _, err := split(envelope)
	return err
}

// Open opens an envelope at its place. Errors: ErrNotForYou, ErrDamaged. The
// caller wipes the body. Which of the stanzas was ours is not seen in time
// from outside: all are tried.
func Open(place Place, envelope []byte, me *Identity) (Opened, error) {
	if err := place.Check(); err != nil {
		return Opened{}, err
	}
	stanzas, commit, payload, err := split(envelope)
	if err != nil {
		return Opened{}, err
	}
	content, err := unwrap(place, stanzas, commit, me)
	if err != nil {
		return Opened{}, err
	}
	defer Wipe(content)
	key := derive(content, place.label("payload"))
	defer Wipe(key)
	plain, err := decrypt(key, payload)
	if err != nil {
		return Opened{}, err
	}
	o, err := unframe(place, plain)
	if err != nil {
		Wipe(plain)
	}
	return o, err
}

// unwrap finds the content key and checks that it is the committed one.
func unwrap(place Place, stanzas, commit []byte, me *Identity) ([]byte, error) {
	if me == nil || me.open == nil {
		return nil, ErrNotForYou
	}
	var content []byte
	for s := stanzas; len(s) > 0; s = s[stanzaSize:] {
		r, err := hpke.NewRecipient(s[:32], me.open, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(place.label("wrap")))
		if err != nil {
			continue
		}
		if got, err := r.Open(commit, s[32:stanzaSize]); err == nil && len(got) == 32 {
			content = got
		}
	}
	if content == nil {
		return nil, ErrNotForYou
	}
	if subtle.ConstantTimeCompare(derive(content, place.label("commit")), commit) != 1 {
		Wipe(content)
		return nil, ErrDamaged
	}
	return content, nil
}
