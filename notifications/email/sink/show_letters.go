package sink

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// Path is where the pages are.
const Path = "/dev/letters"

// Pages shows the letters of a sink. They are for development: mount them only
// where the sink runs.
type Pages struct {
	Kit  *web.Kit
	Sink *Sink
}

// Mount adds the routes to a router.
func (p *Pages) Mount(app fiber.Router) {
	app.Get(Path, p.list)
	app.Get(Path+"/:id", p.show)
	app.Get(Path+"/:id/html", p.html)
	app.Get(Path+"/:id/source", p.source)
	app.Get(Path+"/:id/files/:n", p.download)
}

// pageSize is how many letters a page lists.
const pageSize = 50

type listPage struct {
	Letters  []Letter
	To, Next string
	Path     string
}

func (p *Pages) list(c *fiber.Ctx) error {
	to := c.Query("to")
	letters, next, err := p.Sink.Letters(c.UserContext(), to, casework.Window{After: c.Query("after"), Limit: pageSize})
	if err != nil {
		return err
	}
	data := listPage{Letters: letters, To: to, Path: Path}
	if next != "" {
		data.Next = Path + "?" + url.Values{"after": {next}, "to": {to}}.Encode()
	}
	return p.Kit.Render(c, fiber.StatusOK, "sink/letters", "desk", "sink.title", data)
}

type letterPage struct {
	Letter Letter
	Text   string
	HTML   bool
	Files  []templates.FileItem
	Broken bool
	Path   string
}

func (p *Pages) show(c *fiber.Ctx) error {
	l, content, broken, err := p.open(c)
	if err != nil {
		return err
	}
	data := letterPage{Letter: l, Text: content.Text, HTML: content.HTML != "", Broken: broken, Path: Path + "/" + l.ID}
	for i, f := range content.Files {
		data.Files = append(data.Files, templates.FileItem{Name: f.Name, Size: int64(f.Size()),
			Href: data.Path + "/files/" + strconv.Itoa(i+1)})
	}
	// The page of the kit may show no frame; this one shows its own letter.
	c.Set(fiber.HeaderContentSecurityPolicy, c.GetRespHeader(fiber.HeaderContentSecurityPolicy)+"; frame-src 'self'")
	return p.Kit.Render(c, fiber.StatusOK, "sink/letter", "desk", l.Subject, data)
}

// html gives the letter as its reader would see it, in a sandbox: no scripts,
// no forms, no origin, nothing from elsewhere.
func (p *Pages) html(c *fiber.Ctx) error {
	_, content, _, err := p.open(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy,
		"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
	c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.SendString(content.HTML)
}

func (p *Pages) source(c *fiber.Ctx) error {
	_, raw, err := p.Sink.keeper.open(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.Send(raw)
}

func (p *Pages) download(c *fiber.Ctx) error {
	_, content, _, err := p.open(c)
	if err != nil {
		return err
	}
	n, err := c.ParamsInt("n")
	if err != nil || n < 1 || n > len(content.Files) {
		return fiber.ErrNotFound
	}
	f := content.Files[n-1]
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentDisposition, "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	return c.Send(f.Data)
}

func (p *Pages) open(c *fiber.Ctx) (l Letter, parts content, broken bool, err error) {
	l, raw, err := p.Sink.keeper.open(c.UserContext(), c.Params("id"))
	if casework.CodeOf(err) == casework.NotFound {
		return l, parts, false, fiber.ErrNotFound
	}
	if err != nil {
		return l, parts, false, err
	}
	parts, readErr := read(raw)
	return l, parts, readErr != nil, nil
}
