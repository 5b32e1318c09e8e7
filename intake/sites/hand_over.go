package sites

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// A draft handed over (переданный черновик): a site cannot prove who writes, so
// it gets a one-time address; the person opens it, signs in here, sees what the
// site has filled in and files himself. Legal effect comes from him alone.

// kindHanded is the shelf's kind of drafts that wait for their person.
const kindHanded = "site-draft"

// handedLife is how long such a draft waits.
const handedLife = 24 * time.Hour

// handedPath is the beginning of the one-time addresses.
const handedPath = "/from-site/"

// handed is a draft that waits; it is sealed on the shelf.
type handed struct {
	Site  string               `json:"site"`
	Draft casework.FilingDraft `json:"draft"`
	// Claimed is the key of the person who has begun to take it over: a crash
	// in between leaves it to him and to nobody else.
	Claimed string `json:"claimed,omitempty"`
}

// handedReply tells the site where to send the person.
type handedReply struct {
	DraftURL  string    `json:"draftUrl"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// handOver keeps an appeal without a proved author as a draft. The same key and
// body give the same address, also after it was used.
func (s *Sites) handOver(k *call, q *appealRequest, key string) error {
	if err := s.checkShape(q); err != nil {
		return err
	}
	digest := q.digest("")
	token := s.handedToken(k.site, key, digest)
	known, found, err := s.recall(k, key)
	switch {
	case err != nil:
		return err
	case found && (known.Digest != digest || known.At.IsZero()):
		return refuse("idempotency")
	case found:
		k.Set("Idempotent-Replayed", "true")
		return s.replyHanded(k, token, known.At)
	}
	draft, err := s.draftOf(k, q)
	if err != nil {
		return err
	}
	if draft.Files, err = s.uploaded(k, q.Uploads, nameOf(token)); err != nil {
		return err
	}
	if err := s.take(k, q.Uploads, nameOf(token)); err != nil {
		return err
	}
	// The draft first: an address that was given always leads somewhere.
	at := s.Office.Now().UTC().Truncate(time.Second)
	if err := s.keepHanded(k.UserContext(), token, at, handed{Site: k.site.ID, Draft: draft}); err != nil {
		return err
	}
	if err := s.bind(k, key, once{Digest: digest, At: at}); err != nil {
		return err
	}
	return s.replyHanded(k, token, at)
}

func (s *Sites) replyHanded(k *call, token string, at time.Time) error {
	return reply(k, http.StatusAccepted, handedReply{DraftURL: s.BaseURL + handedPath + token, ExpiresAt: at.Add(handedLife)})
}

// handedToken is the secret part of the address: it follows from the request,
// so a repeated request gets the same.
func (s *Sites) handedToken(site Site, key, digest string) string {
	h := hmac.New(sha256.New, s.Secret)
	h.Write([]byte("handed\x00" + site.ID + "\x00" + key + "\x00" + digest))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// nameOf is the name of a token on the shelf: who reads the shelf cannot open
// the address.
func nameOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func (s *Sites) keepHanded(ctx context.Context, token string, at time.Time, h handed) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	sealed, err := s.Box.Seal(data)
	if err != nil {
		return err
	}
	_, err = s.Shelf.Put(ctx, casework.Record{Kind: kindHanded, ID: nameOf(token), Owner: h.Site, Expires: at.Add(handedLife), Data: sealed})
	if casework.CodeOf(err) == casework.Exists {
		return nil
	}
	return err
}

// draftOf makes the draft: what was sent is kept, what is wrong with it the
// person is told by the form.
func (s *Sites) draftOf(k *call, q *appealRequest) (casework.FilingDraft, error) {
	body, err := s.addressee(k.site, q.Body)
	if err != nil {
		return casework.FilingDraft{}, err
	}
	line := func(x string) string { x, _ = templates.CleanLine(x, 0); return x }
	text, _ := templates.CleanText(q.Text, 0)
	d := casework.FilingDraft{Site: k.site.ID, Regime: q.Procedure, Kind: q.Kind, Topic: q.Topic, Territory: q.Territory, Address: line(q.Address),
		Addressee: body, AddresseeAsked: true, Text: text, Lang: s.langOf(k, q), Step: "check",
		Contact: casework.Contact{Email: line(q.Applicant.Email), Post: line(q.Applicant.Post), Phone: line(q.Applicant.Phone), Cabinet: true},
		Fields: map[string]string{"site": k.site.ID, "surname": line(q.Applicant.Surname), "given": line(q.Applicant.Given),
			"patronymic": line(q.Applicant.Patronymic)}}
	if c := q.Complaint; c != nil {
		for name, value := range map[string]string{"decision": c.Decision, "register": c.Register, "demands": c.Demands,
			"restore": c.Restore, "suspend": c.Suspend, "knew": c.Knew} {
			d.Fields[name], _ = templates.CleanText(value, 0)
		}
		for _, g := range c.Grounds {
			d.Fields["grounds"] += line(g) + " "
		}
	}
	return d, nil
}

// handedPage is the data of sites/handed.html.
type handedPage struct {
	Site, Body, Text, Action string
	Cut                      bool
	Files                    int
	// Gone is true where the address leads nowhere any more.
	Gone bool
}

var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// shownRunes is how much of a text is shown before it is taken over.
const shownRunes = 1000

// Mount puts the pages for people on a router that has the kit's middleware.
func (s *Sites) Mount(r fiber.Router) {
	r.Get(handedPath+":token", s.showHanded)
	r.Post(handedPath+":token", s.takeHanded)
}

// person gives the signed-in person; ok is false once another was led to sign in.
func (s *Sites) person(c *fiber.Ctx) (who casework.Applicant, ok bool, err error) {
	who, ok = s.Applicant(c)
	if ok && who.Key != "" {
		return who, true, nil
	}
	return who, false, s.Kit.Redirect(c, "/login?next="+url.QueryEscape(c.Path()))
}

// showHanded shows a signed-in person what a site has filled in for him. Only
// looking takes nothing: programs that open links in letters do so too.
func (s *Sites) showHanded(c *fiber.Ctx) error {
	// Whoever has the address has the draft: it must not travel in a Referer.
	c.Set("Referrer-Policy", "no-referrer")
	who, ok, err := s.person(c)
	if !ok {
		return err
	}
	h, _, err := s.findHanded(c, who)
	if casework.CodeOf(err) == casework.NotFound {
		return s.Kit.Render(c, fiber.StatusNotFound, "sites/handed", "portal", "sites.handed.gone", handedPage{Gone: true})
	}
	if err != nil {
		return err
	}
	page := handedPage{Action: c.Path(), Files: len(h.Draft.Files), Text: h.Draft.Text}
	if site, err := s.Directory.Get(c.UserContext(), h.Site); err == nil {
		page.Site = site.Name
	}
	if b, err := s.Office.Registry().Body(h.Draft.Addressee); err == nil {
		page.Body = b.Name
	}
	if r := []rune(page.Text); len(r) > shownRunes {
		page.Text, page.Cut = string(r[:shownRunes])+"…", true
	}
	return s.Kit.Render(c, fiber.StatusOK, "sites/handed", "portal", "sites.handed.title", page)
}

// takeHanded makes the draft the person's own and ends the address.
func (s *Sites) takeHanded(c *fiber.Ctx) error {
	who, ok, err := s.person(c)
	if !ok {
		return err
	}
	h, r, err := s.findHanded(c, who)
	if casework.CodeOf(err) == casework.NotFound {
		return s.Kit.Render(c, fiber.StatusNotFound, "sites/handed", "portal", "sites.handed.gone", handedPage{Gone: true})
	}
	if err != nil {
		return err
	}
	ctx, by := c.UserContext(), casework.Citizen(who)
	mine, err := s.Office.Drafts(ctx, by)
	if err != nil {
		return err
	}
	if len(mine) >= casework.MaxDrafts {
		return &casework.Error{Code: casework.TooMany, Op: "sites.takeHanded", Message: "draft.too_many", Data: map[string]any{"Max": casework.MaxDrafts}}
	}
	// The version check of the shelf lets one of two persons who press at once
	// through.
	if h.Claimed == "" {
		h.Claimed = who.Key
		if r, err = s.claimHanded(ctx, r, h); err != nil {
			return err
		}
	}
	h.Draft.ID, h.Draft.Version = r.ID[:32], 0
	if _, err := s.Office.SaveDraft(ctx, by, h.Draft); err != nil && casework.CodeOf(err) != casework.Exists {
		return err
	}
	if err := s.Shelf.Remove(ctx, kindHanded, r.ID); err != nil {
		return err
	}
	return s.Kit.Redirect(c, "/file/"+h.Draft.ID+"/check")
}

func (s *Sites) claimHanded(ctx context.Context, r casework.Record, h handed) (casework.Record, error) {
	data, err := json.Marshal(h)
	if err == nil {
		r.Data, err = s.Box.Seal(data)
	}
	if err != nil {
		return r, err
	}
	return s.Shelf.Put(ctx, r)
}

// findHanded opens the draft of the address for a person. Errors: NotFound, also
// if another person is taking it over.
func (s *Sites) findHanded(c *fiber.Ctx, who casework.Applicant) (handed, casework.Record, error) {
	token := c.Params("token")
	if !tokenForm.MatchString(token) {
		return handed{}, casework.Record{}, casework.Fail(casework.NotFound, "sites.handed", "")
	}
	r, err := s.Shelf.Fetch(c.UserContext(), kindHanded, nameOf(token))
	if err != nil {
		return handed{}, r, err
	}
	plain, err := s.Box.Open(r.Data)
	var h handed
	if err == nil {
		err = json.Unmarshal(plain, &h)
	}
	if err != nil {
		return handed{}, r, &casework.Error{Code: casework.Corrupted, Op: "sites.handed", Err: err}
	}
	if h.Claimed != "" && h.Claimed != who.Key {
		return handed{}, r, casework.Fail(casework.NotFound, "sites.handed", "")
	}
	return h, r, nil
}
