package sites

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/intake/sites/sign"
)

// kindNonce is the shelf's kind of nonces that were used.
const kindNonce = "site-nonce"

// call is one admitted request of a site.
type call struct {
	*fiber.Ctx
	site Site
}

// admit decides whether a request is one of a registered site: signature, time,
// body, first use of the nonce, quota. An unknown key and a wrong signature are
// one answer, and take the same.
func (s *Sites) admit(c *fiber.Ctx) (*call, error) {
	// Not c.Body: what was signed is what came over the wire.
	body := c.Request().Body()
	sig, err := sign.Read(sign.Message{Method: c.Method(), Target: string(c.Request().Header.RequestURI()),
		Header: func(name string) []string { return headerValues(c, name) }}, len(body) > 0)
	if err != nil {
		return nil, &refusal{code: "signature", err: err}
	}
	site, secret, err := s.Directory.signer(c.UserContext(), sig.KeyID)
	if err != nil {
		return nil, err
	}
	if good := sig.By(secret); !good || site.ID == "" {
		return nil, refuse("signature")
	}
	if !sig.Fresh(s.Office.Now()) {
		return nil, refuse("clock")
	}
	if len(body) > 0 && !sign.DigestMatches(c.Get(sign.HeaderDigest), body) {
		return nil, refuse("digest")
	}
	if err := s.useNonce(c, site, sig); err != nil {
		return nil, err
	}
	if err := s.spend(c, site); err != nil {
		return nil, err
	}
	return &call{Ctx: c, site: site}, nil
}

func headerValues(c *fiber.Ctx, name string) []string {
	var out []string
	for _, v := range c.Request().Header.PeekAll(name) {
		out = append(out, string(v))
	}
	return out
}

// useNonce remembers the nonce for as long as its request would be fresh.
func (s *Sites) useNonce(c *fiber.Ctx, site Site, sig sign.Signature) error {
	_, err := s.Shelf.Put(c.UserContext(), casework.Record{Kind: kindNonce, ID: sig.KeyID + " " + sig.Nonce, Owner: site.ID,
		Expires: sig.Created.Add(2*sign.Skew + time.Minute), Data: []byte("{}")})
	switch casework.CodeOf(err) {
	case casework.Exists, casework.Conflict:
		return refuse("replay")
	}
	return err
}

// spend takes the request from the site's quota and tells how it stands.
func (s *Sites) spend(c *fiber.Ctx, site Site) error {
	at, err := s.quotas.take(c.UserContext(), site.ID, site.Quota)
	if err != nil {
		return err
	}
	c.Set("RateLimit-Policy", policyHeader(site.Quota))
	c.Set("RateLimit", at.header())
	if !at.OK {
		return &refusal{code: "quota", wait: time.Duration(at.Seconds) * time.Second}
	}
	return nil
}
