package casework

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Shield (закрытые данные заявителя, promises B4, B5) stands in an applicant
// whose name is sealed. His Name is then a pseudonym and his Contact says only
// that he has a cabinet here, so whatever lists, indexes, prints or copies the
// case carries the pseudonym and knows nothing better.
type Shield struct {
	// ID is random; the ciphertext is bound to it, so that it cannot be moved
	// to another case.
	ID string `json:"id"`
	// Sealed is the name and the contacts; empty once the citizen has lifted
	// the shield himself.
	Sealed []byte `json:"sealed,omitempty"`
	// Email is true if an e-mail address is among the contacts: notices go
	// there though nobody can read it here.
	Email bool `json:"email,omitempty"`
	// Post is true if a postal address is.
	Post bool `json:"post,omitempty"`
	// Body is the body whose procedure the citizen has chosen.
	Body string `json:"body"`
	// Openings are the requests to know the name, oldest first.
	Openings []Opening `json:"openings,omitempty"`
	// LiftedAt is when the citizen has opened his name himself.
	LiftedAt time.Time `json:"liftedAt,omitzero"`
}

// sealedPerson is what is encrypted.
type sealedPerson struct {
	Name    PersonName `json:"name"`
	Contact Contact    `json:"contact"`
}

// AliasWord begins every pseudonym: «Заявитель 7F3K-2M9Q».
const AliasWord = "Заявитель"

// sealedStep is the step to which a person is padded before encryption, so
// that the length of the ciphertext tells nothing of the length of the name.
const sealedStep = 1024

// Shielded reports whether the name of the applicant is sealed.
func (a *Applicant) Shielded() bool { return a.Shield != nil && len(a.Shield.Sealed) > 0 }

// Shielded reports whether the name of the first applicant is sealed.
func (c *Case) Shielded() bool {
	return len(c.Parties.Applicants) > 0 && c.Parties.Applicants[0].Shielded()
}

// hasEmail and hasPost count contacts that are sealed as well.
func (a *Applicant) hasEmail() bool {
	return a.Contact.Email != "" || a.Shielded() && a.Shield.Email
}

// aliasOf is the same for all shielded appeals of a person to a body, so that
// his letters can be told to be his; two bodies cannot compare theirs.
func aliasOf(secret []byte, key, body string) PersonName {
	s := spell(mac(secret, "alias", key, body), 8)
	return PersonName{Surname: AliasWord, Given: s[:4] + "-" + s[4:]}
}

// shield seals the name and contacts of an applicant under the procedure of a
// body. Errors: Internal if the sealer fails.
func (o *Office) shield(a Applicant, body string) (Applicant, error) {
	var id [16]byte
	rand.Read(id[:])
	s := &Shield{ID: spell(id[:], 26), Email: a.Contact.Email != "", Post: a.Contact.Post != "", Body: body}
	plain, err := json.Marshal(sealedPerson{Name: a.Name, Contact: a.Contact})
	if err != nil {
		return a, wrap(Internal, "casework.shield", err)
	}
	// White space after a value is no part of it.
	plain = append(plain, bytes.Repeat([]byte{' '}, sealedStep-len(plain)%sealedStep)...)
	if s.Sealed, err = o.sealer.SealPerson(plain, []byte("person "+s.ID)); err != nil {
		return a, wrap(Internal, "casework.shield", err)
	}
	a.Shield, a.Name, a.Contact = s, aliasOf(o.secret, a.Key, body), Contact{Cabinet: true}
	return a, nil
}

// open gives the applicant as he was before he was shielded.
func (o *Office) open(a Applicant) (Applicant, error) {
	if !a.Shielded() {
		return a, nil
	}
	if o.sealer == nil {
		return a, Fail(Unavailable, "casework.open", "shield.no_key")
	}
	plain, err := o.sealer.OpenPerson(a.Shield.Sealed, []byte("person "+a.Shield.ID))
	if err != nil {
		return a, wrap(Corrupted, "casework.open", err)
	}
	var p sealedPerson
	if err := json.Unmarshal(plain, &p); err != nil {
		return a, wrap(Corrupted, "casework.open", err)
	}
	a.Name, a.Contact = p.Name, p.Contact
	return a, nil
}

// sameFace reports whether staff may learn that two cases of one person are
// his: an open case and a shielded one would name each other.
func sameFace(a, b *Case) bool {
	if !a.Shielded() && !b.Shielded() {
		return true
	}
	return a.Shielded() && b.Shielded() && a.Applicant().Name == b.Applicant().Name
}

// sameFaceRow is sameFace where only the row of the other case is known.
func sameFaceRow(c *Case, r *Row) bool {
	hidden := strings.HasPrefix(r.Applicant, AliasWord+" ")
	if !c.Shielded() {
		return !hidden
	}
	return r.Applicant == c.Applicant().Name.Full()
}

// cloneApplicants copies the people of a case with what acts change in them.
func cloneApplicants(in []Applicant) []Applicant {
	out := slices.Clone(in)
	for i, a := range out {
		if a.Shield != nil {
			s := *a.Shield
			s.Openings = slices.Clone(s.Openings)
			out[i].Shield = &s
		}
	}
	return out
}
