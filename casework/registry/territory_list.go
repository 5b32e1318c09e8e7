package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"priemnaya/casework"
)

// Territories is the Subject of changes of the list of territories; no body
// has such an ID.
const Territories = "@territories"

// MaxTerritories bounds the list.
const MaxTerritories = 20_000

// TerritoryEdit asks for another list of territories. Seen is
// DigestOfTerritories of the list that its editor saw.
type TerritoryEdit struct {
	List []casework.Territory
	Seen string
	Why  string
}

// DigestOfTerritories tells whether the list is still as somebody has seen it;
// its order does not count.
func DigestOfTerritories(list []casework.Territory) string {
	data, err := json.Marshal(sorted(list))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

func sorted(list []casework.Territory) []casework.Territory {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b casework.Territory) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// ProposeTerritories prepares an edition with another list. Errors: Conflict
// "registry.changed" if the list is no longer as it was seen, Invalid with a
// field for each bad entry, NotAllowed "registry.same" if nothing would change.
func (b *Book) ProposeTerritories(ctx context.Context, by casework.Actor, edit TerritoryEdit) (Change, error) {
	const op = "registry.ProposeTerritories"
	e, base, err := b.Latest(ctx)
	if err != nil {
		return Change{}, err
	}
	if DigestOfTerritories(e.Territories) != edit.Seen {
		return Change{}, casework.Fail(casework.Conflict, op, "registry.changed")
	}
	if err := CheckTerritories(edit.List); err != nil {
		return Change{}, err
	}
	if DigestOfTerritories(edit.List) == edit.Seen {
		return Change{}, casework.Fail(casework.NotAllowed, op, "registry.same")
	}
	e.Territories = sorted(edit.List)
	return b.propose(ctx, by, Change{Base: base, Subject: Territories, Why: edit.Why}, e)
}

// codeLengths are those of ОК 033-2013 (ОКТМО) with the empty levels left out:
// the subject of the Federation, its districts, their settlements, the places
// in these.
var codeLengths = []int{2, 5, 8, 11}

// TerritoryCode reads a code of ОКТМО as people and files write it: with
// spaces, and with zeros for the levels below. It gives the beginning that
// counts ("01 601 000" is "01601"); false for anything else.
func TerritoryCode(s string) (string, bool) {
	code := strings.Join(strings.Fields(s), "")
	for (len(code) == 8 || len(code) == 11 || len(code) == 5) && strings.HasSuffix(code, "000") {
		code = code[:len(code)-3]
	}
	digits := code != "" && strings.Trim(code, "0123456789") == ""
	return code, digits && slices.Contains(codeLengths, len(code))
}

// CheckTerritories finds the mistakes of a list. Errors: Invalid with a field
// for each, named by the code: "territory.code", "territory.twice",
// "territory.name", "territory.dates", "territory.too_many".
func CheckTerritories(list []casework.Territory) error {
	e := &casework.Error{Code: casework.Invalid, Op: "registry.CheckTerritories", Message: "registry.invalid"}
	bad := func(code, key string) {
		e.Fields = append(e.Fields, casework.FieldError{Field: code, Key: key, Data: map[string]any{"Code": code}})
	}
	if len(list) > MaxTerritories {
		bad("", "territory.too_many")
	}
	seen := map[string]bool{}
	for _, t := range list {
		code, ok := TerritoryCode(t.Code)
		switch n := utf8.RuneCountInString(strings.TrimSpace(t.Name)); {
		case !ok || code != t.Code:
			bad(t.Code, "territory.code")
		case seen[t.Code]:
			bad(t.Code, "territory.twice")
		case n == 0 || n > 200 || strings.ContainsAny(t.Name, "\r\n"):
			bad(t.Code, "territory.name")
		case !t.Since.IsZero() && !t.Until.IsZero() && t.Until.Before(t.Since):
			bad(t.Code, "territory.dates")
		}
		seen[t.Code] = true
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// LineMistake is what is wrong with a line of a file, counted from 1; Key is a
// text, Code what stands in the place of the code.
type LineMistake struct {
	Line      int
	Key, Code string
}

// ReadTerritories reads rows of a CSV file: code, name, and, if they are there,
// since and until; with comma or semicolon, with or without a head. Empty lines
// count for nothing. Mistakes are listed by line; then the list is not whole.
func ReadTerritories(raw []byte) (list []casework.Territory, mistakes []LineMistake) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) {
		return nil, []LineMistake{{Line: 1, Key: "territory.encoding"}}
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes = -1, true, true
	if first, _, _ := bytes.Cut(raw, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	}
	seen := map[string]bool{}
	for first := true; ; first = false {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return list, mistakes
		}
		line, _ := r.FieldPos(0)
		t, key := casework.Territory{}, ""
		if err != nil {
			key = "territory.row"
		} else {
			t, key = territoryOf(row)
		}
		switch {
		case key != "" && first && strings.Trim(row[0], "0123456789 ") != "":
			// The names of the columns.
			continue
		case key == "" && seen[t.Code]:
			key = "territory.twice"
		}
		if seen[t.Code] = true; key != "" {
			mistakes = append(mistakes, LineMistake{line, key, t.Code})
			continue
		}
		list = append(list, t)
	}
}

// territoryOf reads one row; key says what is wrong with it.
func territoryOf(row []string) (t casework.Territory, key string) {
	get := func(i int) string {
		if i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	code, ok := TerritoryCode(get(0))
	t = casework.Territory{Code: code, Name: get(1)}
	if !ok {
		return t, "territory.code"
	}
	var err error
	if t.Since, err = dateTyped(get(2)); err == nil {
		t.Until, err = dateTyped(get(3))
	}
	if err != nil {
		return t, "territory.dates"
	}
	if e := CheckTerritories([]casework.Territory{t}); e != nil {
		var wrong *casework.Error
		if errors.As(e, &wrong) {
			return t, wrong.Fields[0].Key
		}
		return t, "territory.row"
	}
	return t, ""
}

// dateTyped reads a date as spreadsheets write it, 31.12.2026 or 2026-12-31.
func dateTyped(s string) (casework.Date, error) {
	if at, err := time.Parse("02.01.2006", s); err == nil {
		return casework.DateOf(at, time.UTC), nil
	}
	return dateOrNone(s)
}

// MergeTerritories puts rows over a list: new codes are added, known ones get
// name and dates of the row, none is taken away.
func MergeTerritories(list, rows []casework.Territory) []casework.Territory {
	out, at := slices.Clone(list), map[string]int{}
	for i, t := range out {
		at[t.Code] = i
	}
	for _, row := range rows {
		if i, known := at[row.Code]; known {
			out[i] = row
			continue
		}
		at[row.Code] = len(out)
		out = append(out, row)
	}
	return sorted(out)
}
