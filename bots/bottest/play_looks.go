package bottest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"priemnaya/bots"
	"priemnaya/casework"
)

// wait polls a condition.
func (p *player) wait(ok func() bool, format string, args ...any) {
	p.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			p.fail(format, args...)
		}
	}
}

func (p *player) looks() map[string]func(string) {
	fresh := func() []Shown { return p.side.Shown(p.chat)[min(p.from[p.chat], len(p.side.Shown(p.chat))):] }
	any := func(ok func(Shown) bool) func() bool {
		return func() bool { return slices.ContainsFunc(fresh(), ok) }
	}
	return map[string]func(string){
		"<": func(words string) {
			p.wait(any(func(m Shown) bool { return strings.Contains(m.Text, words) }), "the words were not shown")
		},
		"<=": func(id string) {
			pattern := p.pattern(id)
			p.wait(any(func(m Shown) bool { return pattern.MatchString(m.Text) }), "the text was not shown")
		},
		"<!": func(words string) {
			if slices.ContainsFunc(p.side.Shown(p.chat), func(m Shown) bool { return strings.Contains(m.Text, words) }) {
				p.fail("the words were shown")
			}
		},
		"<b": func(data string) {
			p.wait(any(func(m Shown) bool {
				return slices.ContainsFunc(m.Buttons, func(b bots.Button) bool { return b.Data == data || strings.HasPrefix(b.Data, data+":") })
			}), "there is no such button")
		},
		"<f": func(name string) {
			p.wait(any(func(m Shown) bool { return strings.Contains(m.File, name) && len(m.Data) > 0 }), "the file was not sent")
		},
		"cases":  func(n string) { p.count(n, func() int { return len(p.cases()) }) },
		"drafts": func(n string) { p.count(n, func() int { return len(p.drafts()) }) },
		"files": func(n string) {
			p.count(n, func() int {
				if d := p.drafts(); len(d) > 0 {
					return len(d[len(d)-1].Files)
				}
				if c := p.cases(); len(c) > 0 {
					return len(c[0].AllFiles())
				}
				return 0
			})
		},
	}
}

func (p *player) count(want string, have func() int) {
	p.t.Helper()
	n, err := strconv.Atoi(want)
	if err != nil {
		p.fail("%v", err)
	}
	p.wait(func() bool { return have() == n }, "there are %d", have())
}

// pattern matches a text of the locale files in either language, with anything
// in its gaps.
func (p *player) pattern(id string) *regexp.Regexp {
	p.t.Helper()
	var ways []string
	for _, lang := range []string{"ru", "en"} {
		if !p.w.Set.Has(lang, id) {
			p.fail("no text %q", id)
		}
		for _, n := range []any{nil, 1, 2, 5} {
			text := p.w.Set.T(lang, id, map[string]any{})
			if n != nil {
				text = p.w.Set.T(lang, id, map[string]any{}, n)
				text = strings.Replace(text, fmt.Sprint(n), "<no value>", 1)
			}
			ways = append(ways, strings.ReplaceAll(regexp.QuoteMeta(text), "<no value>", "(?s:.*)"))
		}
	}
	return regexp.MustCompile(strings.Join(ways, "|"))
}

// cases are Anna's, newest first.
func (p *player) cases() []casework.Case {
	page, err := p.w.Office.Mine(p.w.ctx(), casework.Citizen(Anna), casework.Window{Limit: 100})
	if err != nil {
		p.fail("%v", err)
	}
	var out []casework.Case
	for _, r := range page.Rows {
		c, err := p.w.Store.Get(p.w.ctx(), r.ID)
		if err != nil {
			p.fail("%v", err)
		}
		out = append(out, c)
	}
	return out
}

// drafts are Anna's and those of the bare chat.
func (p *player) drafts() []casework.FilingDraft {
	var out []casework.FilingDraft
	for _, who := range []casework.Actor{casework.Citizen(Anna), {ID: "chat:" + bots.Key(p.side.Adapter().Platform(), p.chat)}} {
		list, err := p.w.Office.Drafts(p.w.ctx(), who)
		if err != nil {
			p.fail("%v", err)
		}
		out = append(out, list...)
	}
	return out
}
