package casework

import (
	"encoding/base64"
	"encoding/json"
)

// Cursor is what stores put into Next of a page: the listing it belongs to and
// the key of the last row given. Whoever asks for pages takes it for opaque.
type Cursor struct {
	List string `json:"l"`
	N    int64  `json:"n"`
	ID   string `json:"i"`
	// Kind is used by listings of the shelf that span kinds.
	Kind string `json:"k,omitempty"`
}

// String writes the cursor for Window.After.
func (c Cursor) String() string {
	// A struct of strings and a number cannot fail to be written.
	b, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor checks the window of a listing; nil is the first page. Errors:
// Invalid for a limit out of bounds and for a cursor that is damaged or of
// another listing.
func ReadCursor(op, list string, w Window) (*Cursor, error) {
	if w.Limit < 1 || w.Limit > MaxLimit {
		return nil, Fail(Invalid, op, "page.limit")
	}
	if w.After == "" {
		return nil, nil
	}
	var c Cursor
	b, err := base64.RawURLEncoding.DecodeString(w.After)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.List != list {
		return nil, Fail(Invalid, op, "page.cursor")
	}
	return &c, nil
}
