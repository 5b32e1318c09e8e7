package desk

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// topicPart is the name of the field of the k-th topic of a row, from 0.
func topicPart(k int) string { return "topic." + strconv.Itoa(k+1) }

// editRows does what a button among the rows asks for and reports whether
// there was one: the form is shown again with everything typed, and nothing is
// kept. Words to find and lines to add that nobody has pressed a button for
// count as asked for, so that they are not lost.
func (v *visit) editRows(form *web.Form, rows *bodyRows, now casework.Body) bool {
	kind, verb, n := rowDeed(form.Value("do"))
	if form.Value("do") == "" {
		for _, k := range []string{unitRows, ruleRows} {
			switch {
			case strings.TrimSpace(form.Value(k+".paste")) != "":
				kind, verb = k, "paste"
			case kind == "" && oneLine(form.Value(k+".find")) != oneLine(form.Value(k+".found")):
				kind, verb = k, "show"
			}
		}
	}
	if kind != unitRows && kind != ruleRows {
		return false
	}
	list := rows.list(kind)
	at := slices.IndexFunc(list.Rows, func(r bodyRow) bool { return r.N == n })
	switch verb {
	case "add":
		list.Focus = list.next()
		list.add(bodyRow{})
	case "drop":
		if at >= 0 && list.Rows[at].blank() {
			list.Rows = slices.Delete(list.Rows, at, at+1)
		} else if at >= 0 {
			list.Rows[at].Gone = true
		}
	case "back":
		if at >= 0 {
			list.Rows[at].Gone = false
		}
	case "topic":
		if at >= 0 {
			list.Rows[at].Topics = append(list.Rows[at].Topics, "")
		}
		list.Focus = n
	case "show":
		list.Page, list.Changed = 1, false
	case "all":
		list.Page, list.Changed, list.Find = 1, false, ""
	case "changed":
		list.Page, list.Changed, list.Find = 1, true, ""
	case "page":
		list.Page = n
	case "copy":
		form.Values[kind+".paste"] = []string{v.copyRows(list)}
	case "paste":
		v.pasteRows(form, rows, kind, now)
	default:
		return false
	}
	return true
}

// rowDeed reads the value of a button: kind, verb and the number of a row.
func rowDeed(do string) (kind, verb string, n int) {
	kind, rest, _ := strings.Cut(do, "-")
	verb, number, _ := strings.Cut(rest, "-")
	n, _ = strconv.Atoi(number)
	return kind, verb, n
}

// pasteRows adds the pasted lines to the rows and checks what has come of it.
func (v *visit) pasteRows(form *web.Form, rows *bodyRows, kind string, now casework.Body) {
	list := rows.list(kind)
	if form.Is(kind+".replace", "yes") {
		list.Rows = slices.DeleteFunc(list.Rows, func(r bodyRow) bool { return !r.Known })
		for i := range list.Rows {
			list.Rows[i].Gone = true
		}
	}
	added, changed, same := 0, 0, 0
	for _, line := range textLines(form.Value(kind + ".paste")) {
		cells := lineCells(line)
		if len(cells) == 0 || slices.Contains([]string{"код", "code", "тема", "topic"}, strings.ToLower(cells[0])) {
			continue
		}
		row := v.unitLine(cells)
		if kind == ruleRows {
			row = v.ruleLine(cells)
		}
		at := slices.IndexFunc(list.Rows, func(r bodyRow) bool {
			return kind == unitRows && r.Code == row.Code && row.Code != "" || kind == ruleRows && r.same() == row.same()
		})
		switch {
		case at < 0:
			list.add(row)
			added++
		case list.Rows[at].same() != row.same():
			row.N, row.Known = list.Rows[at].N, list.Rows[at].Known
			list.Rows[at] = row
			changed++
		default:
			list.Rows[at].Gone = false
			same++
		}
	}
	delete(form.Values, kind+".paste")
	delete(form.Values, kind+".replace")
	list.Find, list.Page, list.Changed = "", 1, added+changed > 0
	list.Note = v.t("desk_body.pasted", "Added", added, "Changed", changed, "Same", same)
	if kind == unitRows {
		v.unitsFrom(form, rows, now)
	} else {
		v.rulesFrom(form, rows, now)
	}
}

// lineCells splits a line as it comes out of a table or a file: by tabs or
// semicolons, with quotes.
func lineCells(line string) []string {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.LazyQuotes, r.TrimLeadingSpace = ';', true, true
	if strings.Contains(line, "\t") {
		r.Comma = '\t'
	}
	cells, err := r.Read()
	if err != nil {
		cells = strings.Split(line, string(r.Comma))
	}
	for i := range cells {
		cells[i] = oneLine(cells[i])
	}
	return cells
}

// unitLine is a unit of a line: code, name, topics. A line without a code is a
// name, and its row asks for the code.
func (v *visit) unitLine(cells []string) bodyRow {
	if len(cells) == 1 {
		return bodyRow{Name: cells[0]}
	}
	row := bodyRow{Code: cells[0], Name: cells[1]}
	for _, cell := range cells[2:] {
		topics := []string{cell}
		if strings.Trim(cell, "0123456789., *") == "" {
			topics = strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ' ' })
		}
		for _, t := range topics {
			if t != "" {
				row.Topics = append(row.Topics, v.topicShown(t))
			}
		}
	}
	return row
}

// ruleLine is a competence of a line: topic, territory; codes may stand with a
// space between them.
func (v *visit) ruleLine(cells []string) bodyRow {
	if codes := strings.Fields(cells[0]); len(cells) == 1 && len(codes) == 2 && strings.Trim(cells[0], "0123456789.* ") == "" {
		cells = codes
	}
	return bodyRow{Topics: []string{v.topicShown(cells[0])}, Place: v.placeShown(nth(cells, 1))}
}

// copyRows writes the rows as lines, to be pasted elsewhere or changed at once.
func (v *visit) copyRows(list *rowList) string {
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Comma = ';'
	for _, row := range list.Rows {
		if row.Gone {
			continue
		}
		cells := []string{row.Code, row.Name}
		if list.Kind == ruleRows {
			cells = nil
		}
		for _, t := range row.Topics {
			cells = append(cells, shorter(t, v.topicText))
		}
		if list.Kind == ruleRows {
			cells = append(cells, shorter(row.Place, v.placeText))
		}
		_ = w.Write(cells) // a strings.Builder takes everything
	}
	w.Flush()
	return out.String()
}
