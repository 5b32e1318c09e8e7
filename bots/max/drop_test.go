package max

import (
	"testing"

	"priemnaya/bots/bottest"
	"priemnaya/bots/max/maxtest"
)

func TestALostReplyDoublesNothing(t *testing.T) {
	w := newWorld(t, false)
	w.Marks.Save(t.Context(), "1")
	bottest.Open(t, w.a, bottest.Options{})
	w.mx.SetFaults(maxtest.Faults{Drop: 1})
	p := w.mx.Person(person, "ru")
	p.Start("")
	w.Until("the greeting", func() bool { return len(w.mx.Sent(person)) > 0 })
	p.SendSticker()
	w.Until("the next reply", func() bool { return len(w.mx.Sent(person)) > 1 })
	sent := w.mx.Sent(person)
	if len(sent) != 2 || sent[0].Text == sent[1].Text {
		t.Errorf("%d messages are shown", len(sent))
	}
}
