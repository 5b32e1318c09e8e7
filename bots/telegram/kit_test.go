package telegram

import (
	"testing"

	"priemnaya/bots/telegram/telegramtest"
	"priemnaya/bots/wire/wiretest"
)

const (
	testToken  = "7000010:AAHkTestTokenOfPriemnaya_0123456789"
	testSecret = "secret-of-the-webhook-0123"
)

// world is a Telegram and an adapter on a bench.
type world struct {
	*wiretest.Bench
	tg *telegramtest.Server
	a  *Adapter
}

// newWorld starts a Telegram; hook true connects by webhook.
func newWorld(t *testing.T, hook bool) *world {
	t.Helper()
	w := &world{tg: telegramtest.New(testToken)}
	bench, conf := wiretest.Open(t, w.tg, Config{Token: testToken, Secret: testSecret}, "/bots/telegram", hook)
	w.Bench = bench
	var err error
	if w.a, err = New(conf); err != nil {
		t.Fatal(err)
	}
	bench.Connect(w.a)
	return w
}
