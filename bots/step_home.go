package bots

import (
	"strings"
	"unicode"

	"priemnaya/casework"
)

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// greet begins or begins again; a draft is not thrown away by it.
func (t *turn) greet() {
	t.At = AtHome
	t.Case, t.Files, t.Mark = "", nil, 0
	r := t.menu()
	r.Text = "bot.greeting"
	if t.f.Person == nil {
		r.More = append(r.More, Line{Text: "bot.greeting_unbound"})
	}
	t.say(r)
}

func (t *turn) home() {
	t.At = AtHome
	if t.Draft == "" {
		t.Parts = nil
	}
	t.Case, t.Files, t.Mark = "", nil, 0
	t.say(t.menu())
}

// menu is the start of everything.
func (t *turn) menu() Reply {
	r := Reply{Text: "bot.menu"}
	if t.Draft != "" && t.f.Draft != nil {
		r.Rows = append(r.Rows, []Choice{button("bot.button.resume", "draft:"+t.Draft)})
	}
	r.Rows = append(r.Rows, []Choice{button("bot.button.new", "new")})
	if t.f.Person != nil {
		r.Rows = append(r.Rows, []Choice{button("bot.button.mine", "mine")}, []Choice{button("bot.button.unlink", "unlink")})
	} else {
		r.Rows = append(r.Rows, []Choice{button("bot.button.link", "link")})
	}
	r.Rows = append(r.Rows, []Choice{button("bot.button.language", "language"), button("bot.button.forget", "forget")})
	return r
}

// exits are the ways out that stand below every question.
func exits(at At, site, lang string) []Choice {
	out := []Choice{button("bot.button.person", "person"), {Text: "bot.button.site", URL: site + "/?lang=" + lang}}
	if at != AtHome {
		out = append([]Choice{button("bot.button.menu", "home")}, out...)
	}
	return out
}

// person says how to reach a human being: the body's telephone, else ours.
func (t *turn) person() {
	r := Reply{Text: "bot.person", Data: map[string]string{"Site": t.f.Site}}
	if body, ok := t.body(); ok && body.Contacts.Phone != "" {
		r.More = append(r.More, Line{Text: "bot.person_body", Data: map[string]string{"Body": body.Name, "Phone": body.Contacts.Phone}})
	} else if t.f.Phone != "" {
		r.More = append(r.More, Line{Text: "bot.person_phone", Data: map[string]string{"Phone": t.f.Phone}})
	}
	if len(r.More) == 0 {
		r.More = append(r.More, Line{Text: "bot.person_bodies", Data: map[string]string{"Site": t.f.Site}})
	}
	r.Rows = t.back()
	t.say(r)
}

// back leads to the question that was open.
func (t *turn) back() [][]Choice {
	if t.Draft != "" && t.f.Draft != nil {
		return rows(button("bot.button.resume", "draft:"+t.Draft))
	}
	return nil
}

// body is the one the appeal at hand is for.
func (t *turn) body() (casework.Body, bool) {
	if t.f.Draft == nil || t.f.Draft.Addressee == "" {
		return casework.Body{}, false
	}
	b, err := t.f.Registry.Body(t.f.Draft.Addressee)
	return b, err == nil
}

func (t *turn) language() {
	t.say(Reply{Text: "bot.language", Rows: [][]Choice{{{Label: "Русский", Data: "lang:ru"}, {Label: "English", Data: "lang:en"}}}})
}

func (t *turn) setLanguage(lang string) {
	if lang != "ru" && lang != "en" {
		t.language()
		return
	}
	t.Lang = lang
	if t.Draft != "" && t.f.Draft != nil {
		t.ask(Errand{Job: JobSet, Draft: t.Draft, Name: "lang", Value: lang})
	}
	t.tell("bot.language_set")
	t.prompt()
}

// prompt asks the open question again.
func (t *turn) prompt() {
	if t.needsDraft() && (t.Draft == "" || t.f.Draft == nil && t.At != AtWrite) {
		t.At = AtHome
	}
	switch t.At {
	case AtWrite:
		t.promptWrite()
	case AtPlace:
		t.promptPlace()
	case AtTopic:
		t.ask(Errand{Job: JobTopics, Draft: t.Draft, Value: t.Words})
	case AtBody:
		t.ask(Errand{Job: JobBodies, Draft: t.Draft, Value: t.Words})
	case AtMail:
		t.promptMail()
	case AtCheck:
		t.ask(Errand{Job: JobPreview, Draft: t.Draft})
	case AtMine:
		t.askMine()
	case AtCase:
		t.askCase(t.Case)
	case AtClarify:
		t.promptClarify("")
	case AtRate:
		t.promptRate()
	case AtRemark:
		t.promptRemark()
	case AtForget:
		t.forget("")
	case AtLink, AtSafe, AtHome:
		t.At = AtHome
		t.say(t.menu())
	}
}

// needsDraft reports whether the open question is about a draft.
func (t *turn) needsDraft() bool {
	switch t.At {
	case AtWrite, AtPlace, AtTopic, AtBody, AtMail, AtCheck:
		return true
	}
	return false
}

// forget asks first, says what stays by law, and erases on a yes.
func (t *turn) forget(answer string) {
	if answer == "yes" && t.At == AtForget {
		t.ask(Errand{Job: JobForget})
		return
	}
	t.At = AtForget
	t.say(Reply{Text: "bot.forget.ask", More: []Line{{Text: "bot.forget.stays"}}, Rows: rows(button("bot.button.forget_yes", "forget:yes"))})
}

// askLink begins to bind the chat to a person.
func (t *turn) askLink(u Update) {
	if t.f.Person != nil {
		t.say(Reply{Text: "bot.link.already", Data: map[string]string{"Name": t.f.Person.Name.Full()},
			Rows: rows(button("bot.button.unlink", "unlink"))})
		return
	}
	who := u.User
	t.ask(Errand{Job: JobLink, Who: &who})
}

func (t *turn) askUnlink() {
	if t.f.Person == nil {
		t.tell("bot.link.none")
		t.home()
		return
	}
	t.ask(Errand{Job: JobUnlink})
}

func (t *turn) linked(r Result) {
	switch {
	case r.Errand.Job == JobLink && r.Fault == nil:
		t.At, t.Linking = AtLink, true
		t.say(Reply{Text: "bot.link.offer", Data: map[string]string{"Code": r.Code}, More: []Line{{Text: "bot.link.warn"}},
			Rows: [][]Choice{{{Text: "bot.button.open_link", URL: r.URL}}}})
	case r.Errand.Job == JobCode && r.Fault == nil:
		t.Linking, t.Bound = false, true
		t.say(Reply{Text: "bot.link.done", Data: map[string]string{"Name": r.Name, "Till": templatesDate(t.Lang, r.Till)}, Plain: true})
		if t.Draft != "" && t.f.Draft != nil {
			t.At = AtCheck
			t.prompt()
			return
		}
		t.home()
	case r.Errand.Job == JobUnlink:
		t.Linking, t.Bound = false, false
		t.leaveDraft()
		t.At = AtHome
		t.say(Reply{Text: "bot.link.dropped", Plain: true})
		t.say(t.menu())
	default:
		t.fault(r.Fault)
		if r.Errand.Job == JobCode {
			t.say(Reply{Text: "bot.link.again", Rows: rows(button("bot.button.link", "link"))})
			return
		}
		t.prompt()
	}
}

// forgotten ends what was made here; only the language stays.
func (t *turn) forgotten() {
	t.State = State{At: AtHome, Lang: t.Lang}
	t.f.Person, t.f.Draft = nil, nil
	t.say(Reply{Text: "bot.forget.done", More: []Line{{Text: "bot.forget.stays"}}, Rows: rows(button("bot.button.menu", "home"))})
}

// fault says why something was not possible.
func (t *turn) fault(f *Fault) {
	if f != nil {
		t.say(Reply{Text: f.Text, Data: f.Data, Plain: true})
	}
}

// diverted ends what sounds like a matter for the protected channel. Its text
// never reached this function.
func (t *turn) diverted(hadDraft bool) {
	t.At = AtSafe
	t.Files = nil
	r := Reply{Text: "bot.safe", Data: map[string]string{"Address": t.f.Protected}}
	if t.f.Protected == "" {
		r.Text = "bot.safe_none"
	} else {
		r.Rows = append(r.Rows, []Choice{{Text: "bot.button.protected", URL: t.f.Protected}})
	}
	if hadDraft {
		r.More = append(r.More, Line{Text: "bot.safe_wiped"})
	}
	r.More = append(r.More, Line{Text: "bot.safe_delete"})
	r.Rows = append(r.Rows, []Choice{button("bot.button.go_open", "open")})
	t.say(r)
}

// goOpen takes the separate consent; the text has to be sent again, because
// none of it was kept.
func (t *turn) goOpen() {
	if t.At != AtSafe {
		t.tell("bot.old_button")
		t.prompt()
		return
	}
	t.Open, t.At = true, AtWrite
	t.say(Reply{Text: "bot.safe_open"})
}

func trim(s string) string { return strings.TrimSpace(s) }
