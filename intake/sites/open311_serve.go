package sites

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// Open311Base is the path of Open311 GeoReport v2.
const Open311Base = "/open311/v2"

// most is how many requests one answer holds, as the specification says.
const o311Most = 1000

// Open311Config is what Open311 is made of; every field but Contact is
// required.
type Open311Config struct {
	Office *casework.Office
	Kit    *web.Kit
	Topics Topics
	// BaseURL is the address of this installation.
	BaseURL string
	// Contact is whom to ask: an address or a page.
	Contact string
	// Changed is when these endpoints last changed, for the discovery.
	Changed time.Time
}

// Open311 serves open data about appeals to clients of Open311 GeoReport v2,
// read-only. What may be known is decided by casework.Office.PublicCases.
type Open311 struct{ Open311Config }

// NewOpen311 checks the configuration.
func NewOpen311(cfg Open311Config) (*Open311, error) {
	if cfg.Office == nil || cfg.Kit == nil || cfg.Topics == nil || cfg.BaseURL == "" {
		return nil, errors.New("sites: Open311 needs an office, the kit, topics and the own address")
	}
	if cfg.Contact == "" {
		cfg.Contact = cfg.BaseURL + "/help"
	}
	return &Open311{cfg}, nil
}

// Mount puts the endpoints on a router before the kit's middleware: they know
// neither cookies nor forms, and anybody may read them from any page.
func (o *Open311) Mount(r fiber.Router) {
	g := r.Group(Open311Base, o.headers, o.Kit.Limit("open311", 120, 60, nil))
	g.Use(o.answer(o.find))
}

// find chooses what an address asks for.
func (o *Open311) find(c *fiber.Ctx, path string) (string, any, error) {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return "", nil, o311Fail(fiber.StatusMethodNotAllowed, "these endpoints are read-only; appeals are filed by identified people at "+o.BaseURL)
	}
	what, id, one := strings.Cut(path, "/")
	switch {
	case what == "discovery" && !one:
		return o.discover()
	case what == "services" && !one:
		return o.listServices(c)
	case what == "services":
		return o.showService(c, id)
	case what == "requests" && !one:
		return o.listRequests(c)
	case what == "requests":
		return o.byIDs(c, []string{id})
	}
	return "", nil, o311Fail(fiber.StatusNotFound, "there is no such endpoint")
}

func (o *Open311) headers(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	c.Set("Referrer-Policy", "no-referrer")
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return c.Next()
}

// o311Failure is an error that is told in the words of the specification.
type o311Failure struct {
	status int
	what   string
}

// Error says what is wrong.
func (f *o311Failure) Error() string { return "open311: " + f.what }

func o311Fail(status int, what string) error { return &o311Failure{status, what} }

// answer writes what a handler found, in the format asked for; root is the
// element around a list in XML.
func (o *Open311) answer(find func(c *fiber.Ctx, path string) (root string, value any, err error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		path, asJSON := o311Format(c)
		root, value, err := find(c, path)
		if err != nil {
			status, what := fiber.StatusInternalServerError, "the service failed"
			var f *o311Failure
			switch errors.As(err, &f); {
			case f != nil:
				status, what = f.status, f.what
			case casework.CodeOf(err) == casework.NotFound:
				status, what = fiber.StatusNotFound, "nothing is known by this identifier"
			case casework.CodeOf(err) == casework.Invalid:
				status, what = fiber.StatusBadRequest, "a parameter cannot be read"
			case casework.CodeOf(err) == casework.Unavailable:
				status, what = fiber.StatusServiceUnavailable, "try again later"
			}
			c.Set(fiber.HeaderCacheControl, "no-store")
			root, value = "errors", []o311Error{{Code: status, Description: what}}
			c.Status(status)
		}
		return o311Write(c, asJSON, root, value)
	}
}

// o311Format takes the format off the path, or reads it from Accept; XML is
// what the specification requires of everybody.
func o311Format(c *fiber.Ctx) (path string, asJSON bool) {
	path = strings.TrimPrefix(strings.TrimPrefix(c.Path(), Open311Base), "/")
	if p, ok := strings.CutSuffix(path, ".json"); ok {
		return p, true
	}
	if p, ok := strings.CutSuffix(path, ".xml"); ok {
		return p, false
	}
	return path, strings.Contains(c.Get(fiber.HeaderAccept), "json")
}

func o311Write(c *fiber.Ctx, asJSON bool, root string, value any) error {
	if asJSON {
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
		return c.Send(raw)
	}
	if root != "" {
		value = o311List{XMLName: xml.Name{Local: root}, Items: value}
	}
	raw, err := xml.Marshal(value)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/xml; charset=utf-8")
	return c.Send(append([]byte(xml.Header), raw...))
}

func (o *Open311) discover() (string, any, error) {
	changed := o.Changed.UTC().Format(time.RFC3339)
	return "", o311Discovery{Changeset: changed, Contact: o.Contact, KeyService: "no key is needed to read", Endpoints: []o311Endpoint{{
		Specification: "http://wiki.open311.org/GeoReport_v2", URL: o.BaseURL + Open311Base, Changeset: changed,
		Type: "production", Formats: []string{"text/xml", "application/json"}}}}, nil
}

// jurisdiction is the body asked about: its ID, "" for all that publish.
func (o *Open311) jurisdiction(c *fiber.Ctx) (string, error) {
	id := c.Query("jurisdiction_id")
	if id == "" {
		return "", nil
	}
	b, err := o.Office.Registry().Body(id)
	if err != nil || !b.Settings.Publish {
		return "", o311Fail(fiber.StatusNotFound, "jurisdiction_id was not found")
	}
	return b.ID, nil
}

func (o *Open311) listServices(c *fiber.Ctx) (string, any, error) {
	if _, err := o.jurisdiction(c); err != nil {
		return "", nil, err
	}
	out := []o311Service{}
	for _, t := range o.sections() {
		out = append(out, o311ServiceOf(t))
	}
	return "services", out, nil
}

func (o *Open311) showService(c *fiber.Ctx, code string) (string, any, error) {
	if _, err := o.jurisdiction(c); err != nil {
		return "", nil, err
	}
	if !slices.ContainsFunc(o.sections(), func(t Topic) bool { return t.Code == code }) {
		return "", nil, o311Fail(fiber.StatusNotFound, "service_code was not found")
	}
	return "", o311Definition{Code: code}, nil
}

// byIDs finds requests by their IDs; unknown ones are left out of a list, and
// are an error if nothing is left.
func (o *Open311) byIDs(c *fiber.Ctx, ids []string) (string, any, error) {
	body, err := o.jurisdiction(c)
	if err != nil {
		return "", nil, err
	}
	if len(ids) > 100 {
		return "", nil, o311Fail(fiber.StatusBadRequest, "at most 100 identifiers")
	}
	out := []o311Request{}
	for _, id := range ids {
		p, err := o.Office.PublicCase(c.UserContext(), strings.TrimSpace(id))
		switch {
		case casework.CodeOf(err) == casework.NotFound, err == nil && body != "" && p.Body != body:
		case err != nil:
			return "", nil, err
		default:
			out = append(out, o.request(p))
		}
	}
	if len(out) == 0 {
		return "", nil, o311Fail(fiber.StatusNotFound, "service_request_id was not found")
	}
	return "service_requests", out, nil
}

func (o *Open311) listRequests(c *fiber.Ctx) (string, any, error) {
	// The specification lets the identifiers override every other filter.
	if ids := c.Query("service_request_id"); ids != "" {
		return o.byIDs(c, strings.Split(ids, ","))
	}
	q, err := o.question(c)
	if err != nil {
		return "", nil, err
	}
	cases, next, err := o.Office.PublicCases(c.UserContext(), q)
	if err != nil {
		return "", nil, err
	}
	out := []o311Request{}
	for _, p := range cases {
		out = append(out, o.request(p))
	}
	if next != "" {
		more, err := url.ParseQuery(string(c.Request().URI().QueryString()))
		if err != nil {
			return "", nil, o311Fail(fiber.StatusBadRequest, "the query cannot be read")
		}
		more.Set("after", next)
		c.Set(fiber.HeaderLink, "<"+o.BaseURL+c.Path()+"?"+more.Encode()+`>; rel="next"`)
	}
	return "service_requests", out, nil
}
