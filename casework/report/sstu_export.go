package report

import (
	"archive/zip"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"priemnaya/casework"
)

// Schema is the JSON Schema (2020-12) of one exported appeal. It says in one
// place what law.md section 7.1 gathers from public implementations.
//
//go:embed sstu.schema.json
var Schema []byte

// Exported says what an export holds.
type Exported struct {
	// Appeals are written; Missing lists what kept others out.
	Appeals int
	Missing []Missing
}

// Export writes a zip with one JSON file per appeal of a body whose stay
// overlaps a period, and lists what is missing. A case that cannot be exported
// never spoils the others. Errors: those of the source and of w.
func (x *SSTU) Export(ctx context.Context, src Source, ask Asking, w io.Writer) (Exported, error) {
	var out Exported
	z := zip.NewWriter(w)
	err := Walk(ctx, src, ask, func(c *casework.Case) error {
		for _, s := range StaysOf(c, x.Registry) {
			if !ask.covers(&s) {
				continue
			}
			a, missing, err := x.Appeal(ctx, c, &s)
			out.Missing = append(out.Missing, missing...)
			if err != nil {
				return err
			}
			if a == nil {
				continue
			}
			if err := writeAppeal(z, out.Appeals, a); err != nil {
				return err
			}
			out.Appeals++
		}
		return nil
	})
	if closeErr := z.Close(); err == nil {
		err = closeErr
	}
	return out, err
}

// writeAppeal adds a file; its number keeps the names of two bodies' equal
// numbers apart.
func writeAppeal(z *zip.Writer, n int, a *Appeal) error {
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	f, err := z.Create(fmt.Sprintf("%06d-%s.json", n+1, safeName(a.Number)))
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return err
}

// safeName keeps letters, digits and dashes of a number.
func safeName(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= 'А' && r <= 'я' {
			return r
		}
		return '_'
	}, number)
}
