package casework

import (
	"slices"
	"strconv"
	"time"
)

// NoticeKind is what a notice says; it names the template of its text.
type NoticeKind string

// The notices to an applicant, one for each stage he must hear of.
const (
	NoticeReceived   NoticeKind = "received"
	NoticeRegistered NoticeKind = "registered"
	NoticeRouted     NoticeKind = "routed"
	NoticeForwarded  NoticeKind = "forwarded"
	NoticeAssigned   NoticeKind = "assigned"
	NoticeAnswered   NoticeKind = "answered"
	// NoticeMoved: the due date has moved with the calendar.
	NoticeMoved NoticeKind = "moved"
	// NoticeReopened and NoticeReviewed: a second look at the answer.
	NoticeReopened NoticeKind = "reopened"
	NoticeReviewed NoticeKind = "reviewed"
	// NoticeWarn tells staff of a term.
	NoticeWarn NoticeKind = "warn"
	// NoticeWake is no letter: it wakes the router.
	NoticeWake NoticeKind = "wake"
)

// Medium is how a notice travels.
type Medium string

// The media.
const (
	// MediumCabinet is the applicant's page here.
	MediumCabinet Medium = "cabinet"
	// MediumEmail is an e-mail to the address given for the answer.
	MediumEmail Medium = "email"
	// MediumStaff is the list of warnings at the desk and, where an address is
	// known, an e-mail to the staff in the role Notice.Staff.
	MediumStaff Medium = "staff"
	// MediumMessenger is the applicant's account of a messenger that he has
	// bound to himself.
	MediumMessenger Medium = "messenger"
	// MediumSite is the department website the appeal was filed on; it shows
	// the stage to its visitor.
	MediumSite Medium = "site"
	// MediumExternal is a cabinet outside, such as that of the state portal.
	MediumExternal Medium = "external"
	// MediumPaper is a letter that somebody prints and sends by post.
	MediumPaper Medium = "paper"
	// MediumJob wakes a background job.
	MediumJob Medium = "job"
)

// Notice is one entry of a case's outbox: something that must be delivered
// once. It holds no address: the recipient is looked up in the case when the
// notice leaves.
type Notice struct {
	// Key is unique in the case and the same on every attempt.
	Key    string     `json:"key"`
	Kind   NoticeKind `json:"kind"`
	Medium Medium     `json:"medium"`
	// Recipient is the index of the applicant.
	Recipient int `json:"recipient"`
	// Staff is the role that hears of a notice to staff; then Recipient means
	// nothing.
	Staff Role `json:"staff,omitempty"`
	// To is the one member of staff whom a notice to staff is for; empty is
	// everybody in the role.
	To string `json:"to,omitempty"`
	// Data fills the text: numbers and dates as they were at the act.
	Data map[string]string `json:"data,omitempty"`
	// QueuedAt is the instant of the act.
	QueuedAt time.Time     `json:"queuedAt"`
	State    DeliveryState `json:"state"`
	Attempts int           `json:"attempts"`
	// NextTry is when it may be attempted; a claim moves it to the end of
	// the lease, so that a crashed worker's notice comes back.
	NextTry time.Time `json:"nextTry"`
	// Evidence proves the delivery: Message-ID and the server's reply.
	Evidence string `json:"evidence,omitempty"`
	// Failure is the reason code of the last failed attempt.
	Failure string    `json:"failure,omitempty"`
	SentAt  time.Time `json:"sentAt,omitzero"`
}

// DeliveryState is how far a notice has come.
type DeliveryState string

// The states.
const (
	DeliveryWaiting DeliveryState = "waiting"
	DeliverySending DeliveryState = "sending"
	DeliverySent    DeliveryState = "sent"
	// DeliveryDead needs a person: all attempts failed or the address is bad.
	DeliveryDead DeliveryState = "dead"
)

// Pending reports whether the notice still has to leave.
func (n Notice) Pending() bool {
	return n.State == DeliveryWaiting || n.State == DeliverySending
}

// NextOutbox is the earliest instant at which a pending notice may be
// attempted; the zero time if there is none. Stores index it.
func (c *Case) NextOutbox() time.Time {
	var next time.Time
	for _, n := range c.Outbox {
		if n.Pending() && (next.IsZero() || n.NextTry.Before(next)) {
			next = n.NextTry
		}
	}
	return next
}

// queue adds a notice for every medium by which the first applicant is told.
func (c *Case) queue(env *Env, kind NoticeKind, data map[string]string) {
	c.tellMore(env, kind, data)
	who := c.Applicant()
	media := []Medium{MediumCabinet}
	if who.hasEmail() {
		media = append(media, MediumEmail)
	}
	if env.Reach != nil {
		media = append(media, env.Reach(c)...)
	}
	for _, m := range c.orByPost(kind, media) {
		c.enqueue(env, kind, m, data)
	}
}

// tellMore adds what only one kind of notice says. It is kept in the notice
// because the case may have moved on when the letter is written.
func (c *Case) tellMore(env *Env, kind NoticeKind, data map[string]string) {
	set := func(key, value string) {
		if value != "" {
			data[key] = value
		}
	}
	nameOf := func(body string) string {
		b, _ := env.Registry.Body(body)
		return b.Name
	}
	switch kind {
	case NoticeReceived:
		set("Addressee", nameOf(c.Subject.Addressee))
	case NoticeForwarded:
		for _, e := range slices.Backward(c.Journal) {
			if e.Act == ActRegister {
				set("From", nameOf(e.Facts["body"]))
				break
			}
		}
		for _, r := range c.Route.Reasons {
			set("Why", r.Data["Why"])
		}
	case NoticeAssigned:
		b, _ := env.Registry.Body(c.Place.Body)
		for _, u := range b.Units {
			if u.ID == c.Place.Unit {
				set("Unit", u.Name)
			}
		}
	case NoticeAnswered:
		if n := len(c.Answers); n > 0 {
			set("Answer", c.Answers[n-1].ID)
			set("Outcome", string(c.Answers[n-1].Outcome))
			sayTitles(data, "Outcome", env.Regulation.Results[c.Answers[n-1].Outcome].Title)
		}
	}
}

func (c *Case) enqueue(env *Env, kind NoticeKind, m Medium, data map[string]string) {
	n := Notice{Key: strconv.Itoa(len(c.Outbox)+1) + "-" + string(kind) + "-" + string(m),
		Kind: kind, Medium: m, Data: data, QueuedAt: env.Now, State: DeliveryWaiting, NextTry: env.Now}
	if m == MediumCabinet {
		// The cabinet shows the case itself: saved is delivered.
		n.State, n.SentAt, n.Evidence = DeliverySent, env.Now, "case journal"
	}
	c.Outbox = append(c.Outbox, n)
}

// maxAttempts is after how many failed attempts a notice waits for a person.
const maxAttempts = 12

// ClaimNotice marks a pending notice as being sent until the lease ends.
// Errors: NotFound if there is no such notice, Conflict if it is not due:
// sent already, or claimed by another worker.
func ClaimNotice(c Case, key string, now time.Time, lease time.Duration) (Case, error) {
	return changeNotice(c, key, func(n *Notice) error {
		if !n.Pending() || n.NextTry.After(now) {
			return Fail(Conflict, "casework.ClaimNotice", "notice.not_due")
		}
		n.State, n.NextTry = DeliverySending, now.Add(lease)
		n.Attempts++
		return nil
	})
}

// settleNotice writes down how an attempt ended; see SettleNotice.
func settleNotice(c Case, key string, r Attempt) (Case, error) {
	return changeNotice(c, key, func(n *Notice) error {
		if n.State != DeliverySending {
			return Fail(Conflict, "casework.SettleNotice", "notice.not_due")
		}
		n.Evidence, n.Failure = r.Evidence, r.Failure
		if r.Failure != "" && r.Uncounted && !r.Permanent {
			n.Attempts--
		}
		switch {
		case r.Failure == "":
			n.State, n.SentAt = DeliverySent, r.At
		case r.Permanent || n.Attempts >= maxAttempts:
			n.State = DeliveryDead
		default:
			n.State, n.NextTry = DeliveryWaiting, r.At.Add(Backoff(n.Attempts))
			if r.RetryAt.After(r.At) {
				n.NextTry = r.RetryAt
			}
		}
		return nil
	})
}

// RedriveNotice gives a dead notice another round of attempts.
// Errors: NotFound, Conflict if it is not dead.
func RedriveNotice(c Case, key string, now time.Time) (Case, error) {
	return changeNotice(c, key, func(n *Notice) error {
		if n.State != DeliveryDead {
			return Fail(Conflict, "casework.RedriveNotice", "notice.not_dead")
		}
		n.State, n.NextTry, n.Attempts = DeliveryWaiting, now, 0
		return nil
	})
}

// Attempt is the result of one attempt to deliver a notice.
type Attempt struct {
	At       time.Time
	Evidence string
	// Bound lists the further media by which the applicant can be reached now;
	// a statutory notice that dies goes on by one of them (promise I7).
	Bound []Medium
	// Failure is a reason code; empty means delivered.
	Failure string
	// Permanent failures are not tried again.
	Permanent bool
	// Uncounted attempts say nothing about the notice, because the service
	// itself was out of order: an outage of days must not kill a letter.
	Uncounted bool
	// RetryAt is when to try again, if the other side has said so or an
	// earlier notice comes first; zero or past leaves it to Backoff.
	RetryAt time.Time
}

// Backoff is how long to wait after the n-th failed attempt: 30 seconds,
// doubled each time, two hours at most.
func Backoff(n int) time.Duration {
	d := 30 * time.Second
	for i := 1; i < n && d < 2*time.Hour; i++ {
		d *= 2
	}
	return min(d, 2*time.Hour)
}

func changeNotice(c Case, key string, change func(*Notice) error) (Case, error) {
	i := slices.IndexFunc(c.Outbox, func(n Notice) bool { return n.Key == key })
	if i < 0 {
		return c, Fail(NotFound, "casework.changeNotice", "notice.none")
	}
	c.Outbox = slices.Clone(c.Outbox)
	return c, change(&c.Outbox[i])
}
