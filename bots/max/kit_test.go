package max

import (
	"testing"

	"priemnaya/bots/max/maxtest"
	"priemnaya/bots/wire/wiretest"
)

const (
	testToken  = "f9LHodD0cOJtestTokenOfPriemnaya_0123456789"
	testSecret = "secret-of-the-webhook-0123"
)

// world is a MAX and an adapter on a bench.
type world struct {
	*wiretest.Bench
	t  testing.TB
	mx *maxtest.Server
	a  *Adapter
}

// newWorld starts a MAX; hook true connects by webhook.
func newWorld(t *testing.T, hook bool) *world {
	t.Helper()
	w := &world{mx: maxtest.New(testToken), t: t}
	bench, conf := wiretest.Open(t, w.mx, Config{Token: testToken, Secret: testSecret}, "/bots/max", hook)
	w.Bench = bench
	w.mx.URL = w.API
	var err error
	if w.a, err = New(conf); err != nil {
		t.Fatal(err)
	}
	bench.Connect(w.a)
	return w
}

// connected waits until the adapter has done what comes before receiving.
func (w *world) connected() {
	w.t.Helper()
	calls := 1
	if w.a.conf.Webhook != "" {
		calls = 2
	}
	w.Until("connected", func() bool { return len(w.mx.Calls()) >= calls })
}
