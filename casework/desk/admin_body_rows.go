package desk

import (
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// Kinds of rows of a body: the beginnings of the names of their fields.
const (
	unitRows = "unit"
	ruleRows = "rule"
)

// maxRows bounds the rows of a kind in one form.
const maxRows = 1000

// bodyRow is a unit or a competence as it stands in the form. Its fields are
// called kind.N.part, so that rows can be added and taken away anywhere.
type bodyRow struct {
	N int
	// Known rows are those of the body in force, Gone ones are taken away but
	// can be put back.
	Known, Gone bool
	Code, Name  string
	// Topics and Place are typed words or codes; a competence has one topic.
	Topics []string
	Place  string
}

// rowList is the rows of a kind, and which of them are looked at.
type rowList struct {
	Kind string
	Rows []bodyRow
	// Find narrows the rows to those with these words, Changed to those that
	// differ from the body in force; Page counts from 1.
	Find    string
	Changed bool
	Page    int
	// Focus is the row just added, Note what has been done, in words.
	Focus int
	Note  string
}

// bodyRows are the rows of a form, with the finds for words that fit several
// topics or territories by the name of the field.
type bodyRows struct {
	units, rules rowList
	picks        map[string][]string
}

// list finds the rows of a kind.
func (r *bodyRows) list(kind string) *rowList {
	if kind == unitRows {
		return &r.units
	}
	return &r.rules
}

// rowsOf makes the rows of a body in force.
func (v *visit) rowsOf(b casework.Body) *bodyRows {
	rows := &bodyRows{units: rowList{Kind: unitRows, Page: 1}, rules: rowList{Kind: ruleRows, Page: 1}}
	for i, u := range b.Units {
		row := bodyRow{N: i + 1, Known: true, Code: u.ID, Name: u.Name}
		for _, code := range u.Topics {
			row.Topics = append(row.Topics, v.topicText(code))
		}
		rows.units.Rows = append(rows.units.Rows, row)
	}
	for i, c := range b.Competences {
		rows.rules.Rows = append(rows.rules.Rows, bodyRow{N: i + 1, Known: true, Topics: []string{v.topicText(c.Topic)}, Place: v.placeText(c.Territory)})
	}
	return rows
}

// readRows reads the rows of a form back, those that were not shown too.
func (v *visit) readRows(form *web.Form) *bodyRows {
	return &bodyRows{units: v.readList(form, unitRows), rules: v.readList(form, ruleRows)}
}

func (v *visit) readList(form *web.Form, kind string) rowList {
	list := rowList{Kind: kind, Find: oneLine(form.Value(kind + ".find")), Changed: form.Is(kind+".changed", "yes")}
	list.Page, _ = strconv.Atoi(form.Value(kind + ".page"))
	parts := map[int]map[string]string{}
	for name, values := range form.Values {
		rest, mine := strings.CutPrefix(name, kind+".")
		number, part, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(number); mine && err == nil && n > 0 && n < 1<<20 && len(values) > 0 {
			if parts[n] == nil {
				parts[n] = map[string]string{}
			}
			parts[n][part] = values[0]
		}
	}
	for n, fields := range parts {
		row := v.readRow(n, fields)
		if kind == ruleRows {
			row.Topics = []string{nth(row.Topics, 0)}
		}
		if row.Known || row.Gone || !row.blank() {
			list.Rows = append(list.Rows, row)
		}
	}
	slices.SortFunc(list.Rows, func(a, b bodyRow) int { return a.N - b.N })
	return list
}

// readRow reads the fields of one row; what was chosen from the finds counts
// instead of the words typed.
func (v *visit) readRow(n int, fields map[string]string) bodyRow {
	if packed, ok := fields[""]; ok {
		return v.unpackRow(n, packed)
	}
	typed := func(part string) string {
		if pick := oneLine(fields[part+".pick"]); pick != "" {
			return pick
		}
		return oneLine(fields[part])
	}
	row := bodyRow{N: n, Known: fields["known"] != "", Gone: fields["gone"] != "", Code: typed("code"), Name: typed("name"), Place: v.placeShown(typed("place"))}
	var places []int
	for part := range fields {
		if k, err := strconv.Atoi(strings.TrimPrefix(part, "topic.")); err == nil && strings.HasPrefix(part, "topic.") {
			places = append(places, k)
		}
	}
	slices.Sort(places)
	for _, k := range places {
		if text := typed("topic." + strconv.Itoa(k)); text != "" {
			row.Topics = append(row.Topics, v.topicShown(text))
		}
	}
	return row
}

// packRow writes a row that is not shown into one hidden field, names as codes
// to keep the page small.
func (v *visit) packRow(row bodyRow) string {
	flags := ""
	if row.Known {
		flags += "k"
	}
	if row.Gone {
		flags += "g"
	}
	parts := []string{flags, row.Code, row.Name, shorter(row.Place, v.placeText)}
	for _, t := range row.Topics {
		parts = append(parts, shorter(t, v.topicText))
	}
	return strings.Join(parts, "\t")
}

// shorter is the code of a text that says just this code in words.
func shorter(text string, say func(string) string) string {
	if code := codeIn(text); code != "" && say(code) == text {
		return code
	}
	return text
}

func (v *visit) unpackRow(n int, packed string) bodyRow {
	parts := append(strings.Split(packed, "\t"), "", "", "", "")
	row := bodyRow{N: n, Known: strings.Contains(parts[0], "k"), Gone: strings.Contains(parts[0], "g"),
		Code: oneLine(parts[1]), Name: oneLine(parts[2]), Place: v.placeShown(oneLine(parts[3]))}
	for _, t := range parts[4:] {
		if t = oneLine(t); t != "" {
			row.Topics = append(row.Topics, v.topicShown(t))
		}
	}
	return row
}

// oneLine is a typed value without breaks, tabs and spaces too many.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// next is the number of the next row.
func (l *rowList) next() int {
	n := 0
	for _, row := range l.Rows {
		n = max(n, row.N)
	}
	return n + 1
}

// add appends a row and looks at it.
func (l *rowList) add(row bodyRow) {
	row.N = l.next()
	l.Rows = append(l.Rows, row)
	l.Find, l.Changed, l.Page = "", false, 1<<20
}

// field is the name of a field of a row.
func (l *rowList) field(row bodyRow, part string) string {
	return l.Kind + "." + strconv.Itoa(row.N) + "." + part
}

// same tells rows apart by what they say.
func (row bodyRow) same() string {
	return strings.Join(append([]string{row.Code, row.Name, row.Place}, row.Topics...), "\n")
}

// blank reports whether nothing stands in a row.
func (row bodyRow) blank() bool { return strings.Trim(row.same(), "\n") == "" }

// holds reports whether a row has the words.
func (row bodyRow) holds(words string) bool {
	return strings.Contains(strings.ToLower(row.same()), strings.ToLower(words))
}
