package webhook

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"priemnaya/notifications"
	"priemnaya/notifications/signature"
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	for _, no := range strings.Fields(`127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1
		169.254.169.254 100.64.0.1 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255
		:: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 ff02::1
		64:ff9b::7f00:1 64:ff9b:1::1 2001:db8::1 2002:7f00:1::1 2001::1 fec0::1`) {
		if public(netip.MustParseAddr(no)) {
			t.Errorf("%s was taken for public", no)
		}
	}
	for _, yes := range strings.Fields(`8.8.8.8 77.88.55.242 172.15.0.1 172.32.0.1 100.128.0.1 2a02:6b8::2:242 ::ffff:8.8.8.8`) {
		if !public(netip.MustParseAddr(yes)) {
			t.Errorf("%s was taken for private", yes)
		}
	}
}

func TestWhatAnAddressOfEventsMustLookLike(t *testing.T) {
	for _, bad := range []string{"", "/hook", "http://roads.example.ru/", "ftp://roads.example.ru/", "https://", "https:roads",
		"https://user:word@roads.example.ru/", "https://roads.example.ru/#x", "https://127.0.0.1/", "https://[::1]/",
		"https://169.254.169.254/latest/meta-data", "file:///etc/passwd", "https://10.0.0.1:8443/"} {
		if CheckURL(bad, false) == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	for _, good := range []string{"https://roads.example.ru/hook?a=b", "https://roads.example.ru:8443/", "https://8.8.8.8/"} {
		if err := CheckURL(good, false); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	if CheckURL("http://127.0.0.1:8090/hook", true) != nil {
		t.Error("development cannot reach its own machine")
	}
}

// A name that leads to this machine is the attack: the URL looks public.
func TestANameThatLeadsInsideIsRefusedBeforeAByteIsSent(t *testing.T) {
	asked := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	now := time.Unix(1_780_000_000, 0)
	send := func(private bool) error {
		k := NewCourier(CourierConfig{Now: func() time.Time { return now }, Private: private, Roots: roots})
		_, err := k.Send(context.Background(), Parcel{Target: "t", ID: "evt_1", Body: []byte("{}"), Since: now,
			URL: strings.Replace(server.URL, "127.0.0.1", "localhost", 1), Keys: []signature.Key{signature.NewKey()}})
		return err
	}
	f := notifications.FailureOf(send(false))
	if f == nil || f.Reason != notifications.BadAddress || !f.Permanent || asked != 0 {
		t.Fatalf("%v after %d requests", f, asked)
	}
	// Development reaches it, so the guard and nothing else has refused; the
	// certificate names example.com and 127.0.0.1 only, hence the TLS failure.
	if f := notifications.FailureOf(send(true)); f == nil || f.Reason != notifications.TLS || f.Permanent {
		t.Errorf("%+v", f)
	}
}

func TestAnAddressOfAnInterfaceIsNeverPublic(t *testing.T) {
	if public(netip.MustParseAddr("2a02:6b8::2:242%eth0")) {
		t.Error("an address bound to an interface of this machine was taken for public")
	}
}

func TestAParcelNobodySignedOrForNowhereIsNotSent(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	now := time.Unix(1_780_000_000, 0)
	k := NewCourier(CourierConfig{Now: func() time.Time { return now }, Private: true})
	good := Parcel{Target: "t", ID: "evt_1", Body: []byte("{}"), Since: now, URL: server.URL, Keys: []signature.Key{signature.NewKey()}}
	unsigned, nowhere := good, good
	unsigned.Keys, nowhere.URL = nil, strings.Replace(server.URL, "http:", "ftp:", 1)
	for name, p := range map[string]Parcel{"without a key": unsigned, "for nowhere": nowhere} {
		_, err := k.Send(t.Context(), p)
		if f := notifications.FailureOf(err); f == nil || f.Reason != notifications.BadAddress || !f.Permanent || asked != 0 {
			t.Errorf("%s: %+v after %d requests", name, f, asked)
		}
	}
	if _, err := k.Send(t.Context(), good); err != nil || asked != 1 {
		t.Errorf("the good one: %v after %d requests", err, asked)
	}
}

func TestWhatACourierIsNotTold(t *testing.T) {
	agent := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent <- r.UserAgent()
		w.WriteHeader(http.StatusTeapot)
	}))
	defer server.Close()
	now := time.Unix(1_780_000_000, 0)
	k := NewCourier(CourierConfig{Now: func() time.Time { return now }, Private: true})
	_, err := k.Send(t.Context(), Parcel{Target: "t", ID: "evt_1", Body: []byte("{}"), Since: now, URL: server.URL, Keys: []signature.Key{signature.NewKey()}})
	if f := notifications.FailureOf(err); f == nil || f.Reply != "HTTP 418" {
		t.Errorf("what the site said is lost: %+v", f)
	}
	if got := <-agent; got != "priemnaya" || k.client.Timeout != postTimeout {
		t.Errorf("agent %q, at most %s", got, k.client.Timeout)
	}
	if own := NewCourier(CourierConfig{Agent: "mine", Timeout: time.Second}); own.cfg.Agent != "mine" || own.client.Timeout != time.Second {
		t.Errorf("%+v", own.cfg)
	}
}

func TestARestDoublesUpToAnHourAndEndsWithASuccess(t *testing.T) {
	var r rests
	at := time.Unix(1_780_000_000, 0)
	for i, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute,
		16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour} {
		until, first := r.begin("a", at, time.Time{})
		if until.Sub(at) != want || first != (i == 0) {
			t.Errorf("rest %d: %v, first %v", i, until.Sub(at), first)
		}
		if again, _ := r.begin("a", at.Add(time.Second), time.Time{}); again != until {
			t.Error("a failure within the rest prolonged it")
		}
		at = until
	}
	if !r.until("b", at).IsZero() {
		t.Error("another target rests too")
	}
	if !r.end("a") || r.end("a") || !r.until("a", at.Add(-time.Second)).IsZero() {
		t.Error("a success did not end the rest")
	}
}
