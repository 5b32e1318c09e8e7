package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications"
)

func TestWhoseFaultAnAttemptIs(t *testing.T) {
	type verdict struct {
		reason               notifications.Reason
		permanent, uncounted bool
		reply                string
	}
	for name, x := range map[string]struct {
		status int
		err    error
		want   verdict
	}{
		"an address inside":               {0, errPrivate, verdict{notifications.BadAddress, true, false, ""}},
		"a certificate that does not fit": {0, &tls.CertificateVerificationError{Err: errors.New("x")}, verdict{notifications.TLS, false, true, ""}},
		"no TLS on the other side":        {0, tls.RecordHeaderError{Msg: "x"}, verdict{notifications.TLS, false, true, ""}},
		"silence":                         {0, &net.OpError{Op: "read", Err: context.DeadlineExceeded}, verdict{notifications.Timeout, false, true, ""}},
		"no time left":                    {0, context.DeadlineExceeded, verdict{notifications.Timeout, false, true, ""}},
		"nobody there":                    {0, &net.OpError{Op: "dial", Err: errors.New("refused")}, verdict{notifications.Unavailable, false, true, ""}},
		"gone for ever":                   {http.StatusGone, nil, verdict{notifications.Rejected, true, false, "HTTP 410"}},
		"too many":                        {http.StatusTooManyRequests, nil, verdict{notifications.Deferred, false, true, "HTTP 429"}},
		"a bad gateway":                   {http.StatusBadGateway, nil, verdict{notifications.Deferred, false, true, "HTTP 502"}},
		"busy":                            {http.StatusServiceUnavailable, nil, verdict{notifications.Deferred, false, true, "HTTP 503"}},
		"a slow gateway":                  {http.StatusGatewayTimeout, nil, verdict{notifications.Deferred, false, true, "HTTP 504"}},
		"a mistake of the site":           {http.StatusInternalServerError, nil, verdict{notifications.Rejected, false, false, "HTTP 500"}},
		"sent elsewhere":                  {http.StatusFound, nil, verdict{notifications.Rejected, false, false, "HTTP 302"}},
	} {
		var err error
		if x.err != nil {
			err = fmt.Errorf("post: %w", x.err)
		}
		f := judge(x.status, err)
		if f == nil {
			t.Errorf("%s: delivered", name)
		} else if got := (verdict{f.Reason, f.Permanent, f.Uncounted, f.Reply}); got != x.want {
			t.Errorf("%s: %+v, want %+v", name, got, x.want)
		}
	}
	for _, status := range []int{200, 204, 299} {
		if f := judge(status, nil); f != nil {
			t.Errorf("%d: %+v", status, f)
		}
	}
}

func TestAConnectionIsMadeToPublicAddressesOnly(t *testing.T) {
	for address, ok := range map[string]bool{"8.8.8.8:443": true, "[2a00:1450::1]:443": true, "127.0.0.1:443": false, "10.0.0.1:443": false,
		"8.8.8.8": false, "name.example:443": false, "": false} {
		if err := guard("tcp", address, nil); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestOnlyDatesThatAreThereLeave(t *testing.T) {
	got := Dates(casework.Notice{Data: map[string]string{"Due": "2026-12-01", "RegisteredOn": "", "Text": "2026-12-02"}})
	if len(got) != 1 || got["answer_due"] != "2026-12-01" {
		t.Errorf("%v", got)
	}
}

func TestALaterEventComesSoonAfterTheEarlierOneIsTried(t *testing.T) {
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	event := func(key string, state casework.DeliveryState, next time.Time) casework.Notice {
		return casework.Notice{Key: key, Medium: casework.MediumSite, State: state, NextTry: next}
	}
	later := event("b", casework.DeliveryWaiting, now)
	for name, x := range map[string]struct {
		earlier casework.Notice
		want    time.Time
	}{
		"due":                  {event("a", casework.DeliveryWaiting, now.Add(-time.Hour)), now.Add(beat)},
		"to be tried later":    {event("a", casework.DeliveryWaiting, now.Add(time.Hour)), now.Add(time.Hour + beat)},
		"settled":              {event("a", casework.DeliverySent, time.Time{}), time.Time{}},
		"of another medium":    {casework.Notice{Key: "a", Medium: casework.MediumPaper, State: casework.DeliveryWaiting}, time.Time{}},
		"dead, a person looks": {event("a", casework.DeliveryDead, time.Time{}), time.Time{}},
	} {
		err := Turn(&casework.Case{Outbox: []casework.Notice{x.earlier, later}}, later, now)
		var f *notifications.Failure
		if errors.As(err, &f) != !x.want.IsZero() || f != nil && (!f.RetryAt.Equal(x.want) || !f.Uncounted || f.Reason != notifications.Turn) {
			t.Errorf("%s: %+v, want %s", name, f, x.want)
		}
	}
}
