package mongostore

import (
	"encoding/base64"
	"encoding/json"

	"priemnaya/casework"
)

// cursor is what a page's Next holds: the listing it belongs to and the key
// of the last row given.
type cursor struct {
	List string `json:"l"`
	N    int64  `json:"n"`
	ID   string `json:"i"`
	// Kind is used by listings of the shelf that span kinds.
	Kind string `json:"k,omitempty"`
}

func (c cursor) String() string {
	// A struct of strings and a number cannot fail to be written.
	b, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(b)
}

// readCursor checks a window; nil is the first page.
func readCursor(op, list string, w casework.Window) (*cursor, error) {
	if w.Limit < 1 || w.Limit > casework.MaxLimit {
		return nil, casework.Fail(casework.Invalid, op, "page.limit")
	}
	if w.After == "" {
		return nil, nil
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(w.After)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.List != list {
		return nil, casework.Fail(casework.Invalid, op, "page.cursor")
	}
	return &c, nil
}
