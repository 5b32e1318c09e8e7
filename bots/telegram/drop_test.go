package telegram

import (
	"strings"
	"testing"
	"time"

	"priemnaya/bots/bottest"
	"priemnaya/bots/telegram/telegramtest"
)

// The gap that the Bot API leaves: it has no idempotency key.
func TestALostReplyRepeatsAMessageOnceAndSaysSo(t *testing.T) {
	w := newWorld(t, false)
	world := bottest.Open(t, w.a, bottest.Options{})
	w.tg.SetFaults(telegramtest.Faults{Drop: 1})
	w.tg.Person(7001, "ru").Say("/start")
	w.Until("two messages", func() bool { return len(w.tg.Sent(7001)) == 2 })
	again := world.Set.T("ru", "bot.again", nil)
	first, second := w.tg.Sent(7001)[0].Text, w.tg.Sent(7001)[1].Text
	if strings.Contains(first, again) || !strings.Contains(second, again) || !strings.Contains(second, first) {
		t.Errorf("shown %q and %q", first, second)
	}
	// Whatever comes now is new: the repetition was the last.
	w.tg.Person(7001, "ru").SendSticker()
	w.Until("the next reply", func() bool { return len(w.tg.Sent(7001)) > 2 })
	if third := w.tg.Sent(7001)[2].Text; strings.Contains(third, first) {
		t.Errorf("shown a third time: %q", third)
	}
}

func TestFloodControlDelaysAReplyAndLosesNone(t *testing.T) {
	w := newWorld(t, false)
	bottest.Open(t, w.a, bottest.Options{})
	w.tg.SetFaults(telegramtest.Faults{Flood: 1, RetryAfter: 1})
	start := time.Now()
	w.tg.Person(7001, "ru").Say("/start")
	w.Until("the greeting", func() bool { return len(w.tg.Sent(7001)) == 1 })
	if d := time.Since(start); d < time.Second {
		t.Errorf("the pause that Telegram asked for was cut to %s", d)
	}
}
