package notifications

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"log/slog"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// Config is what a Dispatcher is made of. Outbox, Set, Domain and BaseURL are
// required.
type Config struct {
	Outbox *Outbox
	// Media are the Deliverers by medium.
	Media map[casework.Medium]Deliverer
	// Carriers write their messages themselves, by medium; Media is not asked
	// for those. Without one for MediumStaff a warning is left to the desk.
	Carriers map[casework.Medium]Carrier
	Set      *templates.Set
	// Domain stands behind the @ of Message-IDs; it must never change, or a
	// repeated letter would be a new one.
	Domain string
	// BaseURL is the address of the portal, "https://priem.example.ru".
	BaseURL string
	// CaseURL and FileURL are pages of the cabinet; nil is BaseURL/appeals/ID
	// and BaseURL/appeals/ID/files/ID. They must hold no secret.
	CaseURL func(c *casework.Case) string
	FileURL func(c *casework.Case, f casework.File) string
	// Open reads files of answers; without it files are only linked.
	Open FileOpener
	// Addressed gives a copy of a case in which the recipient of a letter has
	// his own name and address, where the case keeps them sealed; nil leaves
	// cases as they are.
	Addressed func(ctx context.Context, c casework.Case, applicant int) (casework.Case, error)
	// Rest bounds how long a medium rests after its server failed; 0 is one
	// minute.
	Rest time.Duration
	// Quiet lists the media that ring: notices that no law orders do not leave
	// by them from 21:00 to 09:00 (promise I4).
	Quiet []casework.Medium
}

// Dispatcher turns a notice into a letter and hands it to its Deliverer.
type Dispatcher struct {
	cfg   Config
	log   *slog.Logger
	rests map[casework.Medium]*rest
}

// NewDispatcher makes a Dispatcher. Errors: Invalid if something is missing.
func NewDispatcher(cfg Config) (*Dispatcher, error) {
	o := cfg.Outbox
	if o == nil || o.Store == nil || o.Shelf == nil || o.Now == nil || cfg.Set == nil ||
		cfg.Domain == "" || cfg.BaseURL == "" {
		return nil, &casework.Error{Code: casework.Invalid, Op: "notifications.NewDispatcher",
			Err: errors.New("outbox, templates, domain and base address are required")}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	cfg.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	if cfg.CaseURL == nil {
		cfg.CaseURL = func(c *casework.Case) string { return cfg.BaseURL + "/appeals/" + c.ID }
	}
	if cfg.FileURL == nil {
		cfg.FileURL = func(c *casework.Case, f casework.File) string {
			return cfg.CaseURL(c) + "/files/" + f.ID
		}
	}
	if cfg.Rest <= 0 {
		cfg.Rest = time.Minute
	}
	d := &Dispatcher{cfg: cfg, log: o.Log, rests: map[casework.Medium]*rest{}}
	for medium := range cfg.Media {
		d.rests[medium] = &rest{now: o.Now, most: cfg.Rest}
	}
	for medium := range cfg.Carriers {
		d.rests[medium] = &rest{now: o.Now, most: cfg.Rest}
	}
	return d, nil
}

// Deliver delivers one notice of a case: claim, write, send, settle. Calling
// it again, or from several workers, is harmless. While the medium rests it
// does nothing and takes no attempt.
//
// Errors: those of the store only; how the delivery ended is in the case.
func (d *Dispatcher) Deliver(ctx context.Context, caseID, key string) (Ending, error) {
	medium, started := casework.Medium(""), d.cfg.Outbox.Now()
	until, wait := time.Time{}, false
	ending, failure, err := d.cfg.Outbox.Attempt(ctx, Errand{Case: caseID, Key: key, Work: d.send,
		May: func(n casework.Notice) bool {
			medium = n.Medium
			until, wait = d.mustWait(n)
			return medium != casework.MediumJob && d.Ready(medium) && !wait
		}})
	if wait && err == nil {
		return d.postpone(ctx, caseID, key, until)
	}
	switch r := d.rests[medium]; {
	case r == nil || ending == Skipped:
	case failure != nil && failure.Service:
		if first, pause := r.begin(started); first {
			d.log.Warn("medium rests: its server does not work", "medium", medium, "reason", failure.Reason, "pause", pause)
		}
	case failure == nil && r.end():
		d.log.Info("medium works again", "medium", medium)
	}
	return ending, err
}

// Ready reports whether a medium can be used now: it is not resting after a
// failure of its server. A medium without a Deliverer is ready to fail.
func (d *Dispatcher) Ready(m casework.Medium) bool {
	r, ok := d.rests[m]
	return !ok || r.over()
}

// send is the work of a claimed notice.
func (d *Dispatcher) send(ctx context.Context, c casework.Case, n casework.Notice) (string, error) {
	if carrier, ok := d.cfg.Carriers[n.Medium]; ok {
		return carrier.Carry(ctx, c, n)
	}
	carrier, ok := d.cfg.Media[n.Medium]
	if !ok && n.Medium == casework.MediumStaff {
		return DeskEvidence, nil
	}
	if !ok {
		return "", &Failure{Reason: NoChannel, Permanent: true}
	}
	if n.Recipient < 0 || n.Recipient >= len(c.Parties.Applicants) {
		return "", &Failure{Reason: BadAddress, Permanent: true}
	}
	sealed := c.Parties.Applicants[n.Recipient].Shielded()
	if sealed && d.cfg.Addressed != nil {
		open, err := d.cfg.Addressed(ctx, c, n.Recipient)
		if err != nil {
			return "", &Failure{Reason: Files, Err: err}
		}
		c = open
	}
	m, err := d.Compose(ctx, c, n)
	if err != nil {
		return "", err
	}
	evidence, err := carrier.Deliver(ctx, m)
	if sealed && m.To != "" {
		// A server may repeat the address, and staff read the evidence.
		evidence = strings.ReplaceAll(evidence, m.To, "…")
	}
	return evidence, err
}

// MessageID is the Message-ID of a notice at a domain, without brackets. It
// depends on nothing else, so every attempt has the same.
func MessageID(caseID, key, domain string) string {
	return idOf("notice", caseID, key) + "@" + domain
}

func idOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}
