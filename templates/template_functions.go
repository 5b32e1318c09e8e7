package templates

import (
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"reflect"
	"strings"
	texttemplate "text/template"
	"time"
)

// functions are what templates may call; see doc.go for the list with examples.
func (e *executor) functions() texttemplate.FuncMap {
	return texttemplate.FuncMap{
		"t": e.t, "tn": e.tn, "msg": e.message,
		"date": e.date, "day": e.day, "dateTime": e.dateTime, "dateTimeZone": e.dateTimeZone,
		"dateShort": e.dateShort, "isoDate": e.isoDate, "daysLeft": e.daysLeft,
		"bytes": e.bytes, "number": e.number, "norm": e.norm,
		"asset": e.asset, "nonce": e.nonce, "csrf": e.csrf, "content": e.body,
		"paragraphs": Paragraphs, "safeHTML": Rich, "marked": LetterHTML,
		"args": args, "list": list, "option": option, "fieldID": FieldID, "describe": describe,
		"lang": e.lang, "page": e.current, "links": e.links, "nav": e.nav, "query": e.query,
		"abs": abs, "mod": mod, "join": strings.Join, "percent": percent,
	}
}

func (e *executor) t(id string, pairs ...any) (string, error) {
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("text %q: values come in pairs", id)
	}
	return e.set.T(e.page.Lang, id, pairsMap(pairs)), nil
}

func (e *executor) tn(id string, count any, pairs ...any) (string, error) {
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("text %q: values come in pairs", id)
	}
	return e.set.T(e.page.Lang, id, pairsMap(pairs), count), nil
}

func (e *executor) message(problem any) (string, error) {
	switch p := problem.(type) {
	case FieldError:
		return e.set.T(e.page.Lang, p.Key, p.Data), nil
	case *FieldError:
		return e.set.T(e.page.Lang, p.Key, p.Data), nil
	case NamedError:
		return e.set.T(e.page.Lang, p.Key, p.Data), nil
	case *Flash:
		return e.set.T(e.page.Lang, p.Key, p.Data), nil
	}
	return "", fmt.Errorf("%T carries no text", problem)
}

func (e *executor) date(value any) (string, error) {
	t, err := moment(value, e.page.Zone)
	return FormatDate(e.page.Lang, t), err
}

func (e *executor) day(value any) (string, error) {
	t, err := moment(value, e.page.Zone)
	return FormatDay(e.page.Lang, t, e.page.Now.In(e.page.Zone)), err
}

func (e *executor) dateTime(value any) (string, error) {
	t, err := moment(value, e.page.Zone)
	return FormatDateTime(e.page.Lang, t), err
}

func (e *executor) dateTimeZone(t time.Time) string {
	return FormatDateTimeZone(e.page.Lang, t, e.page.Zone)
}

func (e *executor) dateShort(value any) (string, error) {
	t, err := moment(value, e.page.Zone)
	return FormatDateShort(e.page.Lang, t), err
}

func (e *executor) isoDate(value any) (string, error) {
	t, err := moment(value, e.page.Zone)
	return t.Format(time.DateOnly), err
}

func (e *executor) daysLeft(due any) (int, error) {
	t, err := moment(due, e.page.Zone)
	return DaysLeft(t, e.page.Now, e.page.Zone), err
}

func (e *executor) bytes(size any) (string, error) {
	n, err := whole(size)
	return FormatBytes(e.page.Lang, n), err
}

func (e *executor) number(value any) (string, error) {
	n, err := whole(value)
	return FormatNumber(e.page.Lang, n), err
}

func (e *executor) norm(text string) string { return FormatNorm(e.page.Lang, text) }

func (e *executor) asset(name string) (string, error) {
	found, ok := e.set.assets[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return found.URL, nil
}

func (e *executor) nonce() string { return e.page.Nonce }

func (e *executor) csrf() htmltemplate.HTML {
	return htmltemplate.HTML(`<input type="hidden" name="` + CSRFField + `" value="` +
		htmltemplate.HTMLEscapeString(e.page.CSRF) + `">`)
}

func (e *executor) body() htmltemplate.HTML { return e.content }
func (e *executor) lang() string            { return e.page.Lang }
func (e *executor) current() *Page          { return e.page }
func (e *executor) links() Links            { return e.set.links }

func (e *executor) nav(layout string) []navLink {
	if layout == "desk" {
		return navLinks(e.set.deskNav, e.page)
	}
	return navLinks(e.set.portalNav, e.page)
}

// query returns the current address with one parameter changed.
func (e *executor) query(name, value string) string {
	address, err := url.Parse(e.page.Path)
	if err != nil {
		return "?" + url.Values{name: {value}}.Encode()
	}
	values := address.Query()
	values.Set(name, value)
	return "?" + values.Encode()
}

// CSRFField is the name of the hidden field written by {{csrf}}.
const CSRFField = "_csrf"

// FieldID is the HTML id of a form field; the error summary links to it.
func FieldID(name string) string { return "f-" + name }

// describe returns the ids of the hint, the error and the counter of a field,
// for aria-describedby; empty when it has none of them.
func describe(field map[string]any) string {
	name, _ := field["Name"].(string)
	form, _ := field["Form"].(*Form)
	var ids []string
	if hint, _ := field["Hint"].(string); hint != "" {
		ids = append(ids, FieldID(name)+"-hint")
	}
	if form.Err(name) != nil {
		ids = append(ids, FieldID(name)+"-error")
	}
	if field["Max"] != nil {
		ids = append(ids, FieldID(name)+"-count")
	}
	return strings.Join(ids, " ")
}

// args packs named values for a component: (args "Name" "email" "Label" "…").
func args(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("args: names and values come in pairs")
	}
	packed := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("args: name %v is not a string", pairs[i])
		}
		packed[name] = pairs[i+1]
	}
	return packed, nil
}

func list(values ...any) []any { return values }

// Option is one choice of radios, checkboxes or a select.
type Option struct {
	Value, Text, Hint string
	Disabled          bool
}

func option(value, text string, hint ...string) Option {
	return Option{Value: value, Text: text, Hint: strings.Join(hint, " ")}
}

func whole(value any) (int64, error) {
	v := reflect.ValueOf(value)
	switch {
	case v.CanInt():
		return v.Int(), nil
	case v.CanUint():
		return int64(v.Uint()), nil
	}
	return 0, fmt.Errorf("%T is not a whole number", value)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

func mod(n, by int) int { return n % by }

func percent(part, all int) int {
	if all == 0 {
		return 0
	}
	return part * 100 / all
}

// trimLines removes spaces at line ends and the blank lines that template
// actions leave behind at both ends.
func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\r")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n") + "\n"
}
