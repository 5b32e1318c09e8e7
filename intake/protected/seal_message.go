package protected

import (
	"slices"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// sealing is one message on its way into envelopes.
type sealing struct {
	report         seal.Report
	kind           seal.Kind
	number, files0 uint32
	by             *seal.Author
	letter         seal.Letter
	files          []Cleaned
}

// sealMessage seals a letter and its files to the officers, the recovery key
// and the author.
func (s *Server) sealMessage(m sealing) (store.Message, error) {
	to, err := s.conf.Recipients()
	if err != nil {
		return store.Message{}, err
	}
	to = append(slices.Clone(to), m.by.Public())
	body, err := m.letter.Encode()
	if err != nil {
		return store.Message{}, err
	}
	defer seal.Wipe(body)
	place := seal.Place{Agency: s.conf.Agency, Report: m.report, Kind: m.kind, Number: m.number}
	out := store.Message{Kind: m.kind, Number: m.number}
	if out.Sealed, err = seal.Seal(place, body, m.by.Identity, to); err != nil {
		return store.Message{}, err
	}
	for i, c := range m.files {
		number := m.files0 + uint32(i)
		body, err := seal.File{Kind: c.Kind, Removed: c.Removed, Data: c.Data}.Encode()
		if err != nil {
			return store.Message{}, err
		}
		place := seal.Place{Agency: s.conf.Agency, Report: m.report, Kind: seal.KindFile, Number: number}
		sealed, err := seal.Seal(place, body, m.by.Identity, to)
		seal.Wipe(body)
		if err != nil {
			return store.Message{}, err
		}
		out.Files = append(out.Files, store.File{Number: number, Sealed: sealed})
	}
	return out, nil
}
