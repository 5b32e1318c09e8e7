package casework

import (
	"slices"
	"time"
)

// DeliveryPrinting is the state of a notice on paper whose letter waits at the
// registry until somebody has posted it or handed it over: nothing on paper
// counts as sent because a program has prepared it.
const DeliveryPrinting DeliveryState = "printing"

// courtesies are kinds of notices that no law demands: their loss by e-mail is
// made good by the page of the case.
var courtesies = []NoticeKind{NoticeReceived, NoticeRegistered, NoticeRouted, NoticeAssigned, NoticeMoved, NoticeWarn, NoticeWake,
	"joined", "clarified", "oral", NoticeReopened, NoticeReviewed, NoticeVisa, NoticeReturned, NoticeToSign}

// inner are kinds that no letter on paper is worth: steps on the way to what
// the next letter says, or something told face to face.
var inner = []NoticeKind{NoticeReceived, NoticeRouted, NoticeAssigned, NoticeWarn, NoticeWake, "joined", "clarified", "oral", NoticeVisa, NoticeReturned, NoticeToSign}

// Statutory reports whether the law demands that the applicant gets a notice of
// this kind (59-FZ art. 5 p. 3, 8, 10, 11, 12; 210-FZ art. 11.2; 248-FZ art.
// 43). A kind that nobody has thought of here is held to be demanded.
func Statutory(kind NoticeKind) bool { return !slices.Contains(courtesies, kind) }

// orByPost adds a letter on paper where the applicant can be reached by no
// electronic way and has given a postal address (59-FZ art. 10 p. 4). The
// cabinet is a way only for somebody who can sign in.
func (c *Case) orByPost(kind NoticeKind, media []Medium) []Medium {
	a := c.Applicant()
	if a.Key != "" || a.Contact.Cabinet {
		return media
	}
	media = slices.DeleteFunc(media, func(m Medium) bool { return m == MediumCabinet })
	if len(media) == 0 && a.Contact.Post != "" && !slices.Contains(inner, kind) {
		media = append(media, MediumPaper)
	}
	return media
}

// climbing are the media from which a dead notice goes on to the next rung, and
// which count as a rung that still stands.
var climbing = []Medium{MediumEmail, MediumMessenger, MediumExternal}

// SettleNotice writes down how an attempt ended. An empty failure means that
// it was delivered, or on paper that the letter waits to be posted; permanent
// failures and the last attempt are left for a person. A statutory notice that
// dies goes on by itself in the same save (promise I7): by a messenger bound to
// the applicant, and where there is none on paper; a letter without an address
// is a task for the registrar to find one. Errors: NotFound, Conflict if the
// notice is not being sent.
func SettleNotice(c Case, key string, r Attempt) (Case, error) {
	c, err := settleNotice(c, key, r)
	if err != nil {
		return c, err
	}
	n := c.noticeAt(key)
	switch {
	case n.Medium == MediumPaper && n.State == DeliverySent:
		n.State, n.SentAt = DeliveryPrinting, time.Time{}
	case n.State == DeliveryDead && Statutory(n.Kind) && slices.Contains(climbing, n.Medium):
		c.climb(*n, r)
	}
	return c, nil
}

// noticeAt is the notice of a key that exists.
func (c *Case) noticeAt(key string) *Notice {
	return &c.Outbox[slices.IndexFunc(c.Outbox, func(n Notice) bool { return n.Key == key })]
}

// climb queues the next rung after a dead notice, unless one stands already.
func (c *Case) climb(dead Notice, r Attempt) {
	tried := []Medium{}
	for _, o := range c.Outbox {
		// Notices of one act share its instant, whatever the medium.
		if o.Kind != dead.Kind || o.Recipient != dead.Recipient || !o.QueuedAt.Equal(dead.QueuedAt) {
			continue
		}
		tried = append(tried, o.Medium)
		stands := o.Medium == MediumPaper || slices.Contains(climbing, o.Medium) && o.State != DeliveryDead
		if stands {
			return
		}
	}
	next := MediumPaper
	if slices.Contains(r.Bound, MediumMessenger) && !slices.Contains(tried, MediumMessenger) {
		next = MediumMessenger
	}
	env := &Env{Now: r.At}
	c.enqueue(env, dead.Kind, next, dead.Data)
	rung := &c.Outbox[len(c.Outbox)-1]
	rung.QueuedAt, rung.Recipient = dead.QueuedAt, dead.Recipient
}

// Reach lists the further media by which the applicant of a case is told.
func (o *Office) Reach(c *Case) []Medium {
	if o.reach == nil {
		return nil
	}
	return o.reach(c)
}
