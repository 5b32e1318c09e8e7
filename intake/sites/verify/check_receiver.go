package verify

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"priemnaya/notifications/signature"
)

// Result is how one check ended.
type Result struct {
	// Name is stable, for programs; Title is for people.
	Name  string `json:"name"`
	Title string `json:"title"`
	OK    bool   `json:"ok"`
	// NotSeen: the client has given no occasion, so nothing is known.
	NotSeen bool `json:"notSeen,omitempty"`
	// Reason says what came back and what to look at; empty if all is well.
	Reason string `json:"reason,omitempty"`
}

// Report is the outcome of all checks, in their order.
type Report struct {
	URL    string `json:"url"`
	Passed int    `json:"passed"`
	Failed int    `json:"failed"`
	// NotSeen counts the checks there was no occasion for.
	NotSeen int      `json:"notSeen,omitempty"`
	Checks  []Result `json:"checks"`
}

// OK reports that something was checked and nothing has failed.
func (r Report) OK() bool { return r.Failed == 0 && r.Passed > 0 }

// check is one check; run gives the reason of a failure, "" for a pass.
type check struct {
	name, title string
	run         func(ctx context.Context, t *tester) string
}

// Receiver checks a receiver of webhooks. It goes on after a failure, so one
// run shows everything. Errors: the address cannot be one, ctx has ended.
func Receiver(ctx context.Context, cfg Config) (Report, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Report{}, fmt.Errorf("verify: %q is no address like https://roads.example.ru/hook", cfg.URL)
	}
	t, report := newTester(cfg), Report{URL: cfg.URL}
	for _, c := range checks() {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		reason := c.run(ctx, t)
		report.Checks = append(report.Checks, Result{Name: c.name, Title: c.title, OK: reason == "", Reason: reason})
		if reason == "" {
			report.Passed++
		} else {
			report.Failed++
		}
	}
	return report, nil
}

func checks() []check {
	return []check{
		{"address", "The address is https", checkAddress},
		{"accepted", "A good event is taken", wantTaken(func(t *tester) message { return t.event(newCase(), 1) },
			`sign id + "." + timestamp + "." + the body, with the base64 after whsec_ decoded to bytes`)},
		{"exact-bytes", "The signature is checked over the bytes as they came", wantTaken(oddJSON,
			"take the raw body before any parsing: the same JSON may be written in many ways")},
		{"body", "A changed body is refused", wantRefused(func(t *tester) message {
			m := t.event(newCase(), 1)
			m.body = []byte(strings.Replace(string(m.body), "registered", "answered", 1))
			return m
		}, "the body is not part of what is checked")},
		{"id", "A changed webhook-id is refused", wantRefused(func(t *tester) message {
			m := t.event(newCase(), 1)
			m.header.Set(signature.HeaderID, "evt_"+random())
			return m
		}, "the id is not part of what is checked: an old event could be sent again under a new one")},
		{"timestamp", "A changed webhook-timestamp is refused", wantRefused(func(t *tester) message {
			m := t.event(newCase(), 1)
			m.header.Set(signature.HeaderTimestamp, strconv.FormatInt(t.Now().Unix()-1, 10))
			return m
		}, "the timestamp is not part of what is checked: an old event could be made fresh")},
		{"old", "A message of ten minutes ago is refused", wantRefused(shifted(-10*time.Minute),
			"compare webhook-timestamp with the clock: at most five minutes off")},
		{"future", "A message from the future is refused", wantRefused(shifted(10*time.Minute),
			"compare webhook-timestamp with the clock in both directions")},
		{"other-key", "A signature by another key is refused", wantRefused(signedBy(signature.NewKey),
			"the signature is not compared")},
		{"no-signature", "A message without a signature is refused", wantRefused(without(signature.HeaderSignature),
			"a missing header counts as a signature that matches")},
		{"no-id", "A message without an id is refused", wantRefused(without(signature.HeaderID), "require every one of the three headers")},
		{"no-timestamp", "A message without a timestamp is refused", wantRefused(without(signature.HeaderTimestamp), "require every one of the three headers")},
		{"nonsense", "Headers of nonsense are refused and break nothing", wantRefused(nonsense, "a header that cannot be read must end in 400 or 401")},
		{"other-version", "A signature of an unknown version is refused", wantRefused(func(t *tester) message {
			m := t.event(newCase(), 1)
			m.header.Set(signature.HeaderSignature, strings.Replace(m.header.Get(signature.HeaderSignature), "v1,", "v9,", 1))
			return m
		}, "only v1 is known; skip the others")},
		{"two-keys", "Of two signatures one is enough", wantTaken(func(t *tester) message {
			m := t.event(newCase(), 1)
			signature.Put(m.header, m.id, m.at, m.body, signature.NewKey(), t.Key)
			return m
		}, "split webhook-signature at spaces and try each: two stand there while a key is exchanged")},
		{"no-leak", "A refusal does not tell the right signature", checkLeak},
		{"repeat", "A repeat of a delivered event is taken", checkRepeat},
		{"replay", "The very same request again does no harm", checkReplay},
		{"order", "A later event before an earlier one is taken", checkOrder},
		{"unknown-type", "An event of an unknown type is taken", wantTaken(func(t *tester) message {
			return t.sealed("case.something_new", map[string]any{"site": t.Site, "case": newCase(), "sequence": 1, "test": true})
		}, "skip what you do not know and answer 2xx: refused events are sent again for days")},
		{"unknown-field", "Further fields are taken", wantTaken(func(t *tester) message {
			return t.sealed("case.registered", map[string]any{"site": t.Site, "case": newCase(), "sequence": 1, "receipt": "П-TEST", "stage": "registered",
				"test": true, "links": map[string]string{}, "something_new": map[string]any{"deep": []int{1, 2}}})
		}, "ignore fields you do not know")},
		{"method", "A GET is refused", wantRefused(func(t *tester) message {
			m := t.event(newCase(), 1)
			m.method, m.body = "GET", nil
			return m
		}, "answer 405 to anything but POST")},
		{"parallel", "Ten events at once are all taken", checkParallel},
		{"time", "Every reply comes within five seconds", func(_ context.Context, t *tester) string {
			if t.slowest > 5*time.Second {
				return fmt.Sprintf("the slowest took %v; answer first, work afterwards: after ten seconds the event is sent again", t.slowest.Round(time.Millisecond))
			}
			return ""
		}},
	}
}

func wantTaken(make func(*tester) message, hint string) func(context.Context, *tester) string {
	return func(ctx context.Context, t *tester) string {
		if r := t.post(ctx, make(t)); !r.taken() {
			return r.String() + ", want 2xx; " + hint
		}
		return ""
	}
}

func wantRefused(make func(*tester) message, hint string) func(context.Context, *tester) string {
	return func(ctx context.Context, t *tester) string {
		if r := t.post(ctx, make(t)); !r.refused() {
			return r.String() + ", want 4xx; " + hint
		}
		return ""
	}
}
