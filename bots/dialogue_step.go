package bots

import (
	"regexp"
	"slices"
	"strings"
)

// turn is one call of Step: the state being changed and what follows.
type turn struct {
	State
	f       Facts
	replies []Reply
	errands []Errand
}

// Step is the whole dialogue: a pure function of state, event and facts. It
// knows no clock and touches nothing. Whatever comes in, it answers or asks
// for an errand whose result it will answer, and every answer shows a way on.
func Step(s State, e Event, f Facts) (State, []Reply, []Errand) {
	t := &turn{State: s, f: f}
	t.Parts, t.Files = slices.Clone(s.Parts), slices.Clone(s.Files)
	if !slices.Contains(Places(), t.At) {
		t.At = AtHome
	}
	t.noticeBinding()
	switch {
	case e.Said != nil:
		t.said(*e.Said)
	case e.Done != nil:
		t.done(*e.Done)
	}
	if n := len(t.replies); n > 0 && t.replies[n-1].Plain && len(t.errands) == 0 {
		// Nothing ends without a way on.
		t.prompt()
	}
	return t.State, t.replies, t.errands
}

// noticeBinding tells once that the binding has run out or was dropped on the
// site: what is written from now on is a draft.
func (t *turn) noticeBinding() {
	if t.Bound && t.f.Person == nil {
		t.say(Reply{Text: "bot.link.lapsed", Plain: true})
		// Drafts of the person are his, not of whoever holds the account.
		t.leaveDraft()
		t.At, t.Case, t.Files = AtHome, "", nil
	}
	t.Bound = t.f.Person != nil
}

func (t *turn) say(r Reply)      { t.replies = append(t.replies, r) }
func (t *turn) ask(e Errand)     { t.errands = append(t.errands, e) }
func (t *turn) tell(text string) { t.say(Reply{Text: text, Plain: true}) }

// said reacts to an update of the person.
func (t *turn) said(u Update) {
	if t.Lang == "" {
		t.Lang = "ru"
		if strings.HasPrefix(strings.ToLower(u.User.Lang), "en") {
			t.Lang = "en"
		}
	}
	late := u.Order != 0 && u.Order < t.Newest
	t.Newest = max(t.Newest, u.Order)
	if late && t.overtaken(u) {
		return
	}
	switch {
	case u.Left:
		return
	case u.Start:
		t.greet()
	case u.Press != "":
		t.pressed(u)
	case u.Edited:
		t.edited(u)
	case len(u.Files) > 0:
		t.gotFiles(u)
	case u.Place != nil:
		t.gotPlace(u)
	case strings.TrimSpace(u.Text) != "":
		t.typed(u)
	default:
		t.tell("bot.unknown_content")
		t.prompt()
	}
}

// commands are words that mean the same everywhere, for messengers without
// buttons and for people who like to type.
var commands = map[string]string{
	"/start": "home", "/menu": "home", "/cancel": "home", "меню": "home", "отмена": "home", "menu": "home", "назад": "home",
	"/new": "new", "/my": "mine", "мои обращения": "mine", "/help": "person", "помощь": "person", "человек": "person",
	"оператор": "person", "help": "person", "/lang": "language", "/language": "language", "english": "lang:en", "русский": "lang:ru",
	"/link": "link", "/unlink": "unlink", "/forget": "forget",
}

var sixDigits = regexp.MustCompile(`^\d{6}$`)

// typed reacts to a text.
func (t *turn) typed(u Update) {
	text := strings.TrimSpace(u.Text)
	if verb, ok := commands[strings.ToLower(text)]; ok {
		t.pressed(Update{ID: u.ID, Order: u.Order, User: u.User, Press: verb})
		return
	}
	if code := strings.NewReplacer(" ", "", "-", "").Replace(text); t.Linking && sixDigits.MatchString(code) {
		t.ask(Errand{Job: JobCode, Value: code})
		return
	}
	switch t.At {
	case AtWrite, AtCheck:
		t.addText(u)
	case AtPlace:
		t.setPlace(text, "")
	case AtTopic:
		t.Words = clip(text, 300)
		t.ask(Errand{Job: JobTopics, Draft: t.Draft, Value: t.Words})
	case AtBody:
		t.Words = clip(text, 300)
		t.ask(Errand{Job: JobBodies, Draft: t.Draft, Value: t.Words})
	case AtMail:
		t.setMail(text)
	case AtClarify:
		t.addClarification(u)
	case AtRemark:
		t.rate(text)
	case AtLink:
		// Whoever writes on while he binds the chat writes his appeal.
		if t.Draft != "" && wordy(text) {
			t.addAside(u)
			return
		}
		t.typedElsewhere(u, text)
	default:
		t.typedElsewhere(u, text)
	}
}

// typedElsewhere takes a text where none was asked for: a sentence begins an
// appeal, a word or two get the menu.
func (t *turn) typedElsewhere(u Update, text string) {
	if !wordy(text) {
		t.tell("bot.not_understood")
		t.prompt()
		return
	}
	t.begin(u)
	t.addText(u)
}

// wordy reports whether a text is a sentence rather than a word or two.
func wordy(text string) bool { return len(strings.Fields(text)) >= 3 && letters(text) >= 12 }

// pressed reacts to a button. Data is "verb" or "verb:tag:value".
func (t *turn) pressed(u Update) {
	verb, rest, _ := strings.Cut(u.Press, ":")
	if do, ok := t.menuVerbs()[verb]; ok {
		do(rest, u)
		return
	}
	tag, value, _ := strings.Cut(rest, ":")
	do, ok := t.draftVerbs()[verb]
	switch {
	case !ok:
		t.tell("bot.old_button")
		t.prompt()
	case t.Draft == "" || tag != t.tag():
		t.tell("bot.old_button_draft")
		t.prompt()
	default:
		do(value, u)
	}
}

func (t *turn) menuVerbs() map[string]func(string, Update) {
	return map[string]func(string, Update){
		"home":     func(string, Update) { t.home() },
		"new":      func(_ string, u Update) { t.begin(u); t.prompt() },
		"mine":     func(string, Update) { t.askMine() },
		"person":   func(string, Update) { t.person() },
		"language": func(string, Update) { t.language() },
		"lang":     func(v string, _ Update) { t.setLanguage(v) },
		"link":     func(_ string, u Update) { t.askLink(u) },
		"unlink":   func(string, Update) { t.askUnlink() },
		"forget":   func(v string, _ Update) { t.forget(v) },
		"draft":    func(v string, _ Update) { t.resume(v) },
		"case":     func(v string, _ Update) { t.askCase(v) },
		"answer":   func(v string, _ Update) { t.withPerson(func() { t.ask(Errand{Job: JobAnswer, Case: v}) }) },
		"clarify":  func(v string, _ Update) { t.beginClarify(v) },
		"tell":     func(v string, _ Update) { t.sendClarification(v) },
		"rate":     func(v string, _ Update) { t.beginRate(v) },
		"mark":     func(v string, _ Update) { t.marked(v) },
		"unmarked": func(string, Update) { t.rate("") },
		"open":     func(string, Update) { t.goOpen() },
	}
}

func (t *turn) draftVerbs() map[string]func(string, Update) {
	return map[string]func(string, Update){
		"done":   func(string, Update) { t.wrote() },
		"clear":  func(string, Update) { t.clear() },
		"skip":   func(v string, _ Update) { t.skipped(At(v)) },
		"topic":  func(v string, _ Update) { t.choose("topic", v) },
		"body":   func(v string, _ Update) { t.choose("body", v) },
		"go":     func(v string, _ Update) { t.goTo(At(v)) },
		"send":   func(v string, u Update) { t.send(v, u) },
		"drop":   func(string, Update) { t.ask(Errand{Job: JobDrop, Draft: t.Draft}) },
		"nomail": func(string, Update) { t.At = AtMail; t.set("email", "") },
	}
}

// withPerson does what only an identified person may; others are told how.
func (t *turn) withPerson(do func()) {
	if t.f.Person == nil {
		t.say(Reply{Text: "bot.link.needed", Rows: rows(button("bot.button.link", "link"))})
		return
	}
	do()
}

// clip cuts a text at so many signs.
func clip(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

func button(text, data string) Choice { return Choice{Text: text, Data: data} }

// rows puts each button into a row of its own.
func rows(list ...Choice) [][]Choice {
	var out [][]Choice
	for _, c := range list {
		out = append(out, []Choice{c})
	}
	return out
}
