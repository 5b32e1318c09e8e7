package seal

import (
	"encoding/binary"
	"encoding/json"
)

// Letter is the body of every envelope but a file's.
type Letter struct {
	Text  string  `json:"text"`
	Reply *Public `json:"reply,omitempty"` // in a report: the author's keys, to which officers seal and by which his later letters are checked
	// Origin is set by an officer who hands a report over: "agency report" where
	// it was first filed. The author's keys are those of that agency.
	Origin string `json:"origin,omitempty"`
}

// Encode returns the body. The caller wipes it.
func (l Letter) Encode() ([]byte, error) { return json.Marshal(l) }

// DecodeLetter reads a body. Error: ErrDamaged.
func DecodeLetter(body []byte) (Letter, error) {
	var l Letter
	if json.Unmarshal(body, &l) != nil {
		return Letter{}, ErrDamaged
	}
	return l, nil
}

// File is the body of a file's envelope. It has no name: the author's name of a
// file may give him away.
type File struct {
	Kind    string   `json:"kind"`              // what it is: "jpeg", "png", "pdf", "docx", "txt", …
	Removed []string `json:"removed,omitempty"` // text ids of what was taken out before sealing
	Data    []byte   `json:"-"`
}

// Encode returns the body: two bytes of length, the description as JSON, the
// data. The caller wipes it.
func (f File) Encode() ([]byte, error) {
	about, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	if len(about) > 0xffff {
		return nil, ErrTooLong
	}
	out := make([]byte, 2, 2+len(about)+len(f.Data))
	binary.BigEndian.PutUint16(out, uint16(len(about)))
	return append(append(out, about...), f.Data...), nil
}

// DecodeFile reads a body. Data is a part of the slice given. Error: ErrDamaged.
func DecodeFile(body []byte) (File, error) {
	var f File
	if len(body) < 2 {
		return f, ErrDamaged
	}
	n := int(binary.BigEndian.Uint16(body))
	if len(body) < 2+n || json.Unmarshal(body[2:2+n], &f) != nil {
		return File{}, ErrDamaged
	}
	f.Data = body[2+n:]
	return f, nil
}
