package sites

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

const (
	// maxJSON is the largest JSON body in bytes: the longest text in escapes,
	// two tokens, and room.
	maxJSON = 1 << 20
	// maxDepth is how deep a body may be nested; ours needs four levels.
	maxDepth = 8
	// maxNumber is the longest number in signs; ours are sizes in bytes.
	maxNumber = 20
)

// readJSON reads a body strictly: UTF-8 without a byte order mark, one value,
// no names twice or unknown, nothing deep or huge. Two readers of the same
// bytes must never understand them differently.
func readJSON(body []byte, into any) error {
	if len(body) > maxJSON {
		return refuse("too_large")
	}
	bad := func(err error) error { return &refusal{code: "json", err: err} }
	if !utf8.Valid(body) {
		return bad(errors.New("not UTF-8"))
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := checkValue(d, 0); err != nil {
		return bad(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return bad(errors.New("more than one value"))
	}
	d = json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) && kind.Field != "" {
			// The value is not kept: it may be what a person wrote.
			r := wrong(kind.Field, "sites.field_type")
			r.code = "json"
			return r
		}
		return bad(errors.New("the body is not of the shape described"))
	}
	return nil
}

// checkValue reads one value and refuses what readJSON promises.
func checkValue(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return errors.New("not JSON")
	}
	switch t := t.(type) {
	case json.Number:
		if len(t) > maxNumber {
			return errors.New("a huge number")
		}
	case json.Delim:
		if depth >= maxDepth {
			return errors.New("nested too deep")
		}
		return checkInside(d, t, depth)
	}
	return nil
}

func checkInside(d *json.Decoder, open json.Delim, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			t, err := d.Token()
			name, ok := t.(string)
			if err != nil || !ok {
				return errors.New("not JSON")
			}
			if seen[name] {
				return errors.New("a name twice")
			}
			seen[name] = true
		}
		if err := checkValue(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return errors.New("not JSON")
	}
	return nil
}
