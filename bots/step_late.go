package bots

import "strings"

// overtaken takes an update that newer ones of the chat have overtaken on its
// way, and reports whether that was all. What was sent before the press that
// led away from the draft belongs to the draft (promise M2: one case for each
// dialogue), and a press that was overtaken leads nowhere any more.
func (t *turn) overtaken(u Update) bool {
	if t.Draft == "" {
		return false
	}
	verb, _, _ := strings.Cut(u.Press, ":")
	if t.isCommand(u) {
		verb = commands[strings.ToLower(trim(u.Text))]
	}
	switch {
	case u.Start:
		t.tell("bot.greeting")
		t.prompt()
		return true
	case verb == "home" || verb == "new":
		t.prompt()
		return true
	case u.Edited || u.Press != "" || verb != "" || len(u.Files) > 0 || u.Place != nil || !t.mayAdd(u):
		// Files and edits find their draft by themselves.
		return false
	}
	t.addAside(u)
	return true
}

// addAside adds a text while another question stands, and lets its result say
// so: an order on the errand marks it.
func (t *turn) addAside(u Update) {
	t.addText(u)
	for i := range t.errands {
		t.errands[i].Order = u.Order
	}
}

func (t *turn) isCommand(u Update) bool {
	_, ok := commands[strings.ToLower(trim(u.Text))]
	return ok && len(u.Files) == 0
}

// mayAdd reports whether a text that was overtaken can only be a piece of the
// appeal: it answers no question of a case, and it is no code.
func (t *turn) mayAdd(u Update) bool {
	switch t.At {
	case AtClarify, AtRate, AtRemark:
		return false
	}
	text := trim(u.Text)
	code := strings.NewReplacer(" ", "", "-", "").Replace(text)
	return text != "" && !(t.Linking && sixDigits.MatchString(code))
}
