package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"priemnaya/notifications"
	"priemnaya/notifications/signature"
)

// Limits of one attempt.
const (
	// postTimeout bounds an attempt if nothing else is said.
	postTimeout = 10 * time.Second
	// maxReply is how much of a reply is read, in bytes; nothing in it matters.
	maxReply = 4 << 10
	// givesUp is after how long an event stops waiting for a target that is
	// down. Then a person must look.
	givesUp = 72 * time.Hour
	// mostNamed bounds the time that a target may name in Retry-After.
	mostNamed = 6 * time.Hour
)

// CourierConfig is what a Courier is made of. Now is required.
type CourierConfig struct {
	Now func() time.Time
	// Private allows plain http and addresses that are not public: for
	// development only.
	Private bool
	// Roots are the authorities to trust; nil is the system's.
	Roots *x509.CertPool
	// Timeout bounds an attempt from dialling to the end of the reply; 0 is ten
	// seconds.
	Timeout time.Duration
	// Agent is the User-Agent; empty is "priemnaya".
	Agent string
	// Log gets targets and reason codes, never addresses of people.
	Log *slog.Logger
}

// Courier posts signed parcels to other machines. It is safe for parallel use.
type Courier struct {
	cfg    CourierConfig
	client *http.Client
	rests  rests
}

// NewCourier makes a Courier; it connects only when there is something to send.
func NewCourier(cfg CourierConfig) *Courier {
	if cfg.Agent == "" {
		cfg.Agent = "priemnaya"
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = postTimeout
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if !cfg.Private {
		dialer.Control = guard
	}
	return &Courier{cfg: cfg, client: &http.Client{Timeout: cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.Roots},
			MaxResponseHeaderBytes: 32 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second,
			ResponseHeaderTimeout: cfg.Timeout, DisableCompression: true, ForceAttemptHTTP2: true}}}
}

// Parcel is one message to a machine.
type Parcel struct {
	// Target names the receiver for rests and the log; it is no secret.
	Target string
	URL    string
	// Keys sign the message, the newest last; at least one.
	Keys []signature.Key
	// ID is the same on every attempt.
	ID   string
	Body []byte
	// Since is when the event happened.
	Since time.Time
}

// Send posts a parcel and returns the proof: its identity and the status of
// the reply. Errors: *notifications.Failure, never of service: other targets
// of the same medium go on.
func (k *Courier) Send(ctx context.Context, p Parcel) (string, error) {
	now := k.cfg.Now()
	if len(p.Keys) == 0 || CheckURL(p.URL, k.cfg.Private) != nil {
		return "", &notifications.Failure{Reason: notifications.BadAddress, Permanent: true}
	}
	if until := k.rests.until(p.Target, now); !until.IsZero() {
		return "", k.later(p, now, &notifications.Failure{Reason: notifications.Unavailable, Uncounted: true, RetryAt: until})
	}
	status, named, err := k.post(ctx, p, now)
	switch failure := judge(status, err); {
	case failure == nil:
		if k.rests.end(p.Target) {
			k.cfg.Log.Info("target works again", "target", p.Target)
		}
		return fmt.Sprintf("%s HTTP %d", p.ID, status), nil
	case failure.Uncounted:
		until, first := k.rests.begin(p.Target, now, named)
		if first {
			k.cfg.Log.Warn("target rests: it does not work", "target", p.Target, "reason", failure.Reason, "status", status)
		}
		failure.RetryAt = until
		return "", k.later(p, now, failure)
	default:
		// It answers, so it is not down.
		k.rests.end(p.Target)
		return "", failure
	}
}

// later makes a failure final for an event that has waited long enough.
func (k *Courier) later(p Parcel, now time.Time, f *notifications.Failure) error {
	f.Permanent = now.Sub(p.Since) > givesUp
	return f
}

// post makes one attempt. named is what the reply says of when to come again.
func (k *Courier) post(ctx context.Context, p Parcel, now time.Time) (status int, named time.Time, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(p.Body))
	if err != nil {
		return 0, named, err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", k.cfg.Agent)
	signature.Put(req.Header, p.ID, now, p.Body, p.Keys...)
	resp, err := k.client.Do(req)
	if err != nil {
		return 0, named, err
	}
	defer resp.Body.Close()
	// Read for the sake of the connection; a reply that breaks off or never
	// ends is a reply all the same, its status was there.
	_, _ = io.CopyN(io.Discard, resp.Body, maxReply)
	if wait, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && wait > 0 {
		named = now.Add(min(time.Duration(min(wait, 1<<20))*time.Second, mostNamed))
	}
	return resp.StatusCode, named, nil
}

// judge tells whose fault it is; nil means delivered.
func judge(status int, err error) *notifications.Failure {
	f := &notifications.Failure{Err: err}
	if status > 0 {
		f.Reply = "HTTP " + strconv.Itoa(status)
	}
	var network net.Error
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, errPrivate):
		f.Reason, f.Permanent = notifications.BadAddress, true
	case errors.As(err, &certificate), errors.As(err, &record):
		f.Reason, f.Uncounted = notifications.TLS, true
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		f.Reason, f.Uncounted = notifications.Timeout, true
	case err != nil:
		f.Reason, f.Uncounted = notifications.Unavailable, true
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusGone:
		f.Reason, f.Permanent = notifications.Rejected, true
	case status == http.StatusTooManyRequests, status == http.StatusBadGateway, status == http.StatusServiceUnavailable,
		status == http.StatusGatewayTimeout:
		f.Reason, f.Uncounted = notifications.Deferred, true
	default:
		f.Reason = notifications.Rejected
	}
	return f
}
