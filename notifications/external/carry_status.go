package external

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/signature"
	"priemnaya/notifications/webhook"
)

// Config is what a Carrier is made of; every field but Account is required.
type Config struct {
	Courier *webhook.Courier
	// URL is the integrator's endpoint.
	URL string
	// Keys sign every message, the newest last.
	Keys []signature.Key
	Now  func() time.Time
	// Domain is part of the identities of messages and must never change.
	Domain string
	// CaseURL is the applicant's page of a case here.
	CaseURL func(c *casework.Case) string
	// Account finds the applicant's account outside; nil is AccountOf.
	Account func(c *casework.Case) (Account, bool)
}

// Account is an account in the cabinet outside.
type Account struct {
	// Scheme names who gave out the ID: "esia".
	Scheme string `json:"scheme"`
	ID     string `json:"id"`
}

// AccountOf is the account of the applicant in ESIA, the one the state portal
// uses; false if he was identified otherwise.
func AccountOf(c *casework.Case) (Account, bool) {
	id, ok := strings.CutPrefix(c.Applicant().Key, "esia:")
	return Account{Scheme: "esia", ID: id}, ok && id != ""
}

// Message is what the cabinet is sent; docs/external-cabinet.md describes it.
type Message struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      Data      `json:"data"`
}

// Data is the status of one appeal.
type Data struct {
	Account Account `json:"account"`
	// Case is the same in all messages about an appeal; Sequence counts them
	// from 1 without gaps.
	Case     string `json:"case"`
	Sequence int    `json:"sequence"`
	Receipt  string `json:"receipt"`
	Number   string `json:"number,omitempty"`
	// Regime is the law the appeal is under: "59-FZ".
	Regime string `json:"regime"`
	Event  string `json:"event"`
	Stage  string `json:"stage"`
	Status Status `json:"status"`
	// Dates are YYYY-MM-DD, by the names of webhooks.
	Dates map[string]string `json:"dates,omitempty"`
	Links map[string]string `json:"links"`
}

// Carrier carries statuses to one cabinet. It is safe for parallel use.
type Carrier struct {
	cfg   Config
	table *Table
}

// New makes a Carrier. Errors: Invalid if something is missing.
func New(cfg Config) (*Carrier, error) {
	if cfg.Courier == nil || cfg.URL == "" || len(cfg.Keys) == 0 || cfg.Now == nil || cfg.Domain == "" || cfg.CaseURL == nil {
		return nil, &casework.Error{Code: casework.Invalid, Op: "external.New",
			Err: errors.New("courier, address, key, clock, domain and address of cases are required")}
	}
	if cfg.Account == nil {
		cfg.Account = AccountOf
	}
	table, err := ReadTable()
	if err != nil {
		return nil, &casework.Error{Code: casework.Invalid, Op: "external.New", Err: err}
	}
	return &Carrier{cfg, table}, nil
}

// Reaches reports whether the applicant of a case has an account outside.
func (k *Carrier) Reaches(c *casework.Case) bool {
	_, ok := k.cfg.Account(c)
	return ok
}

// Carry implements notifications.Carrier. Errors: *notifications.Failure.
func (k *Carrier) Carry(ctx context.Context, c casework.Case, n casework.Notice) (string, error) {
	account, ok := k.cfg.Account(&c)
	if !ok {
		return "", &notifications.Failure{Reason: notifications.BadAddress, Permanent: true}
	}
	if err := webhook.Turn(&c, n, k.cfg.Now()); err != nil {
		return "", err
	}
	stage := casework.Stage(n.Data["Stage"])
	status, ok := k.table.Of(n.Kind, stage, casework.Outcome(n.Data["Outcome"]))
	if !ok {
		return "", &notifications.Failure{Reason: notifications.Template, Permanent: true}
	}
	body, err := json.Marshal(Message{Type: "appeal.status", Timestamp: n.QueuedAt.UTC().Truncate(time.Second),
		Data: Data{Account: account, Case: c.ID, Sequence: webhook.Sequence(&c, n), Receipt: c.Receipt, Number: n.Data["Number"],
			Regime: string(c.Procedure.Regime), Event: string(n.Kind), Stage: string(stage), Status: status,
			Dates: webhook.Dates(n), Links: map[string]string{"applicant": k.cfg.CaseURL(&c)}}})
	if err != nil {
		return "", &notifications.Failure{Reason: notifications.Template, Permanent: true, Err: err}
	}
	return k.cfg.Courier.Send(ctx, webhook.Parcel{Target: "external cabinet", URL: k.cfg.URL, Keys: k.cfg.Keys,
		ID: webhook.EventID(&c, n, k.cfg.Domain), Body: body, Since: n.QueuedAt})
}
