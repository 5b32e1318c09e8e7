package sites

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"time"

	"priemnaya/casework"
)

// kindOnce is the shelf's kind of idempotency keys that were used; they are
// kept as long as the cases: a key never means a second case.
const kindOnce = "site-once"

// once is what an idempotency key was used for.
type once struct {
	Digest string `json:"digest"`
	// At is when a draft was handed over; zero for a case.
	At time.Time `json:"at,omitzero"`
}

var onceForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)

// filedReply is the reply to a filing. It holds only what never changes, so
// that a repeated request gets the same.
type filedReply struct {
	ID         string     `json:"id"`
	Receipt    string     `json:"receipt"`
	AccessCode string     `json:"accessCode"`
	ReceivedAt time.Time  `json:"receivedAt"`
	Terms      []termView `json:"terms"`
	// CaseURL is where the applicant sees his case.
	CaseURL string `json:"caseUrl"`
}

// previewReply is what filing now would bring.
type previewReply struct {
	Procedure string     `json:"procedure"`
	Version   string     `json:"version"`
	Body      string     `json:"body"`
	Terms     []termView `json:"terms"`
}

// previewAppeal checks an appeal and tells its dates without filing it.
func (s *Sites) previewAppeal(k *call) error {
	var q appealRequest
	if err := readBody(k, &q); err != nil {
		return err
	}
	who := q.named()
	f, err := s.filing(k, &q, who)
	if err != nil {
		return err
	}
	if f.Files, err = s.uploaded(k, q.Uploads, ""); err != nil {
		return err
	}
	f.Key = "preview-preview-preview"
	c, err := s.Office.Preview(casework.Citizen(who), f)
	if err != nil {
		return err
	}
	return reply(k, http.StatusOK, previewReply{Procedure: string(c.Procedure.Regime), Version: c.Procedure.Version,
		Body: c.Subject.Addressee, Terms: viewTerms("", c.Terms)})
}

// fileAppeal makes a case of an appeal whose author is proved, and a draft of
// any other. The idempotency key is bound once the appeal is found good.
func (s *Sites) fileAppeal(k *call) error {
	key := k.Get("Idempotency-Key")
	if !onceForm.MatchString(key) {
		return wrong("Idempotency-Key", "sites.once_form")
	}
	var q appealRequest
	if err := readBody(k, &q); err != nil {
		return err
	}
	if q.Person == nil {
		return s.handOver(k, &q, key)
	}
	who, err := s.identify(k.UserContext(), k.site, &q)
	if err != nil {
		return err
	}
	f, err := s.filing(k, &q, who)
	if err != nil {
		return err
	}
	digest := q.digest(who.Key)
	known, found, err := s.recall(k, key)
	if err != nil {
		return err
	}
	f.Key = s.filingKey(k.site, key)
	if found {
		if known.Digest != digest {
			return refuse("idempotency")
		}
		r, err := s.Office.FiledBefore(k.UserContext(), who, f.Key)
		if err == nil {
			return s.replyFiled(k, r)
		}
		// Bound and not filed: the process ended in between.
		if casework.CodeOf(err) != casework.NotFound {
			return err
		}
	}
	if f.Files, err = s.uploaded(k, q.Uploads, f.Key); err != nil {
		return err
	}
	by := casework.Citizen(who)
	if _, err := s.Office.Preview(by, f); err != nil {
		return err
	}
	if err := s.bind(k, key, once{Digest: digest}); err != nil {
		return err
	}
	if err := s.take(k, q.Uploads, f.Key); err != nil {
		return err
	}
	r, err := s.Office.File(k.UserContext(), by, f)
	if err != nil {
		return err
	}
	return s.replyFiled(k, r)
}

func (s *Sites) replyFiled(k *call, r casework.Receipt) error {
	c := &r.Case
	if r.Again {
		k.Set("Idempotent-Replayed", "true")
	}
	k.Set("Location", Base+"/appeals/"+c.ID)
	return reply(k, http.StatusCreated, filedReply{ID: c.ID, Receipt: c.Receipt, AccessCode: r.AccessCode,
		ReceivedAt: c.Origin.ReceivedAt.UTC(), Terms: viewTerms(c.ID, c.TermsAt(c.Origin.ReceivedAt)),
		CaseURL: s.BaseURL + "/case/" + c.ID})
}

// filingKey is the idempotency key of the case: another site's key with the
// same letters is another one.
func (s *Sites) filingKey(site Site, key string) string {
	h := hmac.New(sha256.New, s.Secret)
	h.Write([]byte("filing\x00" + site.ID + "\x00" + key))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// recall finds what an idempotency key of the site was used for.
func (s *Sites) recall(k *call, key string) (once, bool, error) {
	r, err := s.Shelf.Fetch(k.UserContext(), kindOnce, k.site.ID+" "+key)
	if casework.CodeOf(err) == casework.NotFound {
		return once{}, false, nil
	}
	if err != nil {
		return once{}, false, err
	}
	var o once
	if err := json.Unmarshal(r.Data, &o); err != nil {
		return once{}, false, &casework.Error{Code: casework.Corrupted, Op: "sites.recall", Err: err}
	}
	return o, true, nil
}

// bind ties an idempotency key to a request. Errors: idempotency if a parallel
// request has tied it to another one.
func (s *Sites) bind(k *call, key string, o once) error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	_, err = s.Shelf.Put(k.UserContext(), casework.Record{Kind: kindOnce, ID: k.site.ID + " " + key, Owner: k.site.ID, Data: data})
	if casework.CodeOf(err) != casework.Exists {
		return err
	}
	known, _, err := s.recall(k, key)
	if err == nil && known.Digest != o.Digest {
		return refuse("idempotency")
	}
	return err
}
