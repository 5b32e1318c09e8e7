package portal

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

const (
	kindTyped   = "portal.typed"
	typedCookie = "typed"
	typedLife   = time.Hour
	// maxTyped is the most that is laid aside, in bytes.
	maxTyped = 4 * casework.MaxText
)

// typed is a form that somebody posted after his session had ended.
type typed struct {
	Path   string              `json:"path"`
	Values map[string][]string `json:"values"`
}

// keepTyped lays a posted step aside for an hour and gives the browser a
// sealed note where it lies. Only steps of drafts are kept.
func (p *Portal) keepTyped(c *fiber.Ctx) error {
	if !strings.HasPrefix(c.Path(), "/file/") || p.stepNamed(lastPart(c.Path())) == nil {
		return nil
	}
	data, err := json.Marshal(typed{Path: c.Path(), Values: web.ReadForm(c).Values})
	if err != nil || len(data) > maxTyped {
		return err
	}
	var id [16]byte
	rand.Read(id[:])
	name := hex.EncodeToString(id[:])
	_, err = p.Shelf.Put(c.UserContext(), casework.Record{Kind: kindTyped, ID: name,
		Expires: p.Office.Now().Add(typedLife), Data: data})
	if err != nil {
		return err
	}
	p.Kit.SetCookie(c, typedCookie, p.Kit.Seal(typedCookie, []byte(name), typedLife), typedLife)
	return nil
}

// restoreTyped puts what was laid aside into the draft it was typed for. The
// draft is the signed-in person's own, so a note found by somebody else on a
// shared computer opens nothing.
func (p *Portal) restoreTyped(v *visit) error {
	note := p.Kit.Cookie(v.c, typedCookie)
	if note == "" || v.c.Method() != fiber.MethodGet {
		return nil
	}
	name, ok := p.Kit.Open(typedCookie, note)
	if !ok {
		p.Kit.DropCookie(v.c, typedCookie)
		return nil
	}
	r, err := p.Shelf.Fetch(v.c.UserContext(), kindTyped, string(name))
	if casework.CodeOf(err) == casework.NotFound {
		p.Kit.DropCookie(v.c, typedCookie)
		return nil
	}
	if err != nil {
		return err
	}
	var kept typed
	if json.Unmarshal(r.Data, &kept) != nil || !strings.HasPrefix(kept.Path, "/file/"+v.draft.ID+"/") {
		return nil
	}
	if s := p.stepNamed(lastPart(kept.Path)); s != nil {
		form := &web.Form{Values: kept.Values}
		if err := p.change(v, func(d *casework.FilingDraft) error { return s.take(v, d, form) }); err != nil {
			return err
		}
		p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.kept.restored"})
	}
	p.Kit.DropCookie(v.c, typedCookie)
	return p.Shelf.Remove(v.c.UserContext(), kindTyped, string(name))
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
