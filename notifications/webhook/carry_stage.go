package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/signature"
)

// Endpoint is where the events of a site go.
type Endpoint struct {
	URL string
	// Keys sign every event, the newest last: two while keys are exchanged.
	Keys []signature.Key
}

// Config is what a Carrier is made of; every field is required.
type Config struct {
	Courier *Courier
	// Endpoint finds the endpoint of a site by the ID in Case.Origin.Source.
	// Errors: NotFound if the site is gone or wants no events.
	Endpoint func(ctx context.Context, site string) (Endpoint, error)
	Now      func() time.Time
	// Domain is part of the identities of events and must never change.
	Domain string
	// CaseURL is the applicant's page of a case, StatusURL the address by which
	// the site itself reads the case.
	CaseURL, StatusURL func(c *casework.Case) string
}

// Carrier carries the stages of cases to the websites they came from.
type Carrier struct{ cfg Config }

// New makes a Carrier. Errors: Invalid if something is missing.
func New(cfg Config) (*Carrier, error) {
	if cfg.Courier == nil || cfg.Endpoint == nil || cfg.Now == nil || cfg.Domain == "" || cfg.CaseURL == nil || cfg.StatusURL == nil {
		return nil, &casework.Error{Code: casework.Invalid, Op: "webhook.New",
			Err: errors.New("courier, endpoints, clock, domain and addresses of cases are required")}
	}
	return &Carrier{cfg}, nil
}

// Event is the body of a message; docs/webhooks.md describes it field by field.
type Event struct {
	// Type is "case." and the kind of the notice.
	Type string `json:"type"`
	// Timestamp is when it happened, not when it was sent.
	Timestamp time.Time `json:"timestamp"`
	Data      EventData `json:"data"`
}

// EventData says what happened: numbers, the stage, dates, addresses.
type EventData struct {
	Site string `json:"site"`
	Case string `json:"case"`
	// Sequence counts the events of the case from 1 without gaps.
	Sequence int    `json:"sequence"`
	Receipt  string `json:"receipt"`
	Number   string `json:"number,omitempty"`
	Stage    string `json:"stage"`
	// Outcome is that of the answer, if this event is one.
	Outcome string            `json:"outcome,omitempty"`
	Dates   map[string]string `json:"dates,omitempty"`
	Links   map[string]string `json:"links"`
}

// dateFields are the dates of a notice and what the outside calls them. Nothing
// else of a notice's data leaves, because it may hold words.
var dateFields = map[string]string{"RegisteredOn": "registered_on", "Due": "answer_due", "RegisterDue": "register_due",
	"ForwardDue": "forward_due", "SuspendDue": "suspended_until", "RemedyDue": "remedy_due"}

// Dates are the dates of a notice by their outside names, YYYY-MM-DD.
func Dates(n casework.Notice) map[string]string {
	out := map[string]string{}
	for key, name := range dateFields {
		if v := n.Data[key]; v != "" {
			out[name] = v
		}
	}
	return out
}

// Carry implements notifications.Carrier. Errors: *notifications.Failure.
func (k *Carrier) Carry(ctx context.Context, c casework.Case, n casework.Notice) (string, error) {
	to, err := k.cfg.Endpoint(ctx, c.Origin.Source)
	switch casework.CodeOf(err) {
	case "":
	case casework.NotFound:
		return "", &notifications.Failure{Reason: notifications.NoChannel, Permanent: true, Err: err}
	default:
		return "", &notifications.Failure{Reason: notifications.Unavailable, Uncounted: true, Err: err}
	}
	if err := Turn(&c, n, k.cfg.Now()); err != nil {
		return "", err
	}
	body, err := json.Marshal(k.event(&c, n))
	if err != nil {
		return "", &notifications.Failure{Reason: notifications.Template, Permanent: true, Err: err}
	}
	return k.cfg.Courier.Send(ctx, Parcel{Target: "site " + c.Origin.Source, URL: to.URL, Keys: to.Keys,
		ID: EventID(&c, n, k.cfg.Domain), Body: body, Since: n.QueuedAt})
}

// EventID is the identity of an event, the same on every attempt.
func EventID(c *casework.Case, n casework.Notice, domain string) string {
	id := notifications.MessageID(c.ID, n.Key, domain)
	return "evt_" + id[:32]
}

// event is made of the notice and of what never changes in the case, so that
// every attempt says the same.
func (k *Carrier) event(c *casework.Case, n casework.Notice) Event {
	return Event{Type: "case." + string(n.Kind), Timestamp: n.QueuedAt.UTC().Truncate(time.Second),
		Data: EventData{Site: c.Origin.Source, Case: c.ID, Sequence: Sequence(c, n), Receipt: c.Receipt,
			Number: n.Data["Number"], Stage: n.Data["Stage"], Outcome: n.Data["Outcome"], Dates: Dates(n),
			Links: map[string]string{"status": k.cfg.StatusURL(c), "applicant": k.cfg.CaseURL(c)}}}
}
