package casework

import (
	"slices"
	"strings"
)

// Parties are the people of the case.
type Parties struct {
	// Applicants holds at least one; the first gets the answer. Further ones
	// are co-signers of a collective appeal who have signed in themselves.
	Applicants []Applicant `json:"applicants"`
	// Representative acts for the applicant, if somebody does.
	Representative *Representative `json:"representative,omitempty"`
}

// Representative (представитель) acts by a proof of authority.
type Representative struct {
	Name PersonName `json:"name"`
	// Proof is the ID of the attached file that proves the authority.
	Proof string `json:"proof"`
}

// Includes reports whether a person with this key is a party.
func (p Parties) Includes(key string) bool {
	return key != "" && slices.ContainsFunc(p.Applicants, func(a Applicant) bool { return a.Key == key })
}

// Applicant (заявитель) is who appeals.
type Applicant struct {
	// Key is the stable identity: "esia:1000000001". Empty on paper.
	Key       string     `json:"key,omitempty"`
	Name      PersonName `json:"name"`
	Assurance Assurance  `json:"assurance"`
	Contact   Contact    `json:"contact"`
	// Shield is there if the applicant chose to keep his name closed; Name and
	// Contact then say nothing about him.
	Shield *Shield `json:"shield,omitempty"`
}

// PersonName is a name as 59-FZ art. 7 asks it: patronymic if there is one.
type PersonName struct {
	Surname    string `json:"surname"`
	Given      string `json:"given"`
	Patronymic string `json:"patronymic,omitempty"`
}

// Full is "Surname Given Patronymic".
func (n PersonName) Full() string {
	return strings.Join(strings.Fields(n.Surname+" "+n.Given+" "+n.Patronymic), " ")
}

// Contact is where notices and the answer go (59-FZ art. 7 p. 3, art. 10
// p. 4): an e-mail or a personal account is enough for an electronic appeal.
type Contact struct {
	Email string `json:"email,omitempty"`
	// Post is the postal address, needed for an answer on paper.
	Post  string `json:"post,omitempty"`
	Phone string `json:"phone,omitempty"`
	// Cabinet is true if notices also go to the personal account here.
	Cabinet bool `json:"cabinet"`
}
