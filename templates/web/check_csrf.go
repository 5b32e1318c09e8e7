package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/url"
	"sort"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
)

const (
	anonCookie = "anon"
	// CSRFHeader carries the token of requests made by own scripts.
	CSRFHeader = "X-CSRF-Token"
	saltSize   = 16
)

// csrfError is a refused unsafe request.
type csrfError struct{ sameOrigin bool }

// Error says which of the two checks failed.
func (e *csrfError) Error() string {
	if e.sameOrigin {
		return "csrf: token missing or not of this session"
	}
	return "csrf: request comes from another site"
}

// CSRFToken returns a token for this reader: a random salt and an HMAC over the
// salt and the session (or the anonymous cookie, made when needed). The salt
// makes every page differ, so compression tells nothing about the token.
func (k *Kit) CSRFToken(c *fiber.Ctx) string {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt)
	return coding.EncodeToString(append(salt, k.csrfSum(k.binding(c, true), salt)...))
}

func (k *Kit) csrfSum(binding string, salt []byte) []byte {
	return mac(k.csrfKey, binding, salt)
}

// binding is what a token belongs to; a session and a cookie can never be
// taken for each other.
func (k *Kit) binding(c *fiber.Ctx, create bool) string {
	if k.config.Session != nil {
		if session := k.config.Session(c); session != "" {
			return "session:" + session
		}
	}
	s := k.state(c)
	if s.anon == "" {
		s.anon = k.Cookie(c, anonCookie)
	}
	if s.anon == "" && create {
		s.anon = randomHex(16)
		k.SetCookie(c, anonCookie, s.anon, 0)
	}
	if s.anon == "" {
		return ""
	}
	return "anon:" + s.anon
}

func (k *Kit) checkCSRF(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions, fiber.MethodTrace:
		return nil
	}
	if k.config.SkipCSRF != nil && k.config.SkipCSRF(c) {
		return nil
	}
	known, same := k.sameOrigin(c)
	if known && !same {
		return &csrfError{}
	}
	token := c.Get(CSRFHeader)
	if token == "" {
		token = c.FormValue(templates.CSRFField)
	}
	if !k.validToken(c, token) {
		return &csrfError{sameOrigin: known && same}
	}
	return nil
}

func (k *Kit) validToken(c *fiber.Ctx, token string) bool {
	raw, err := coding.DecodeString(token)
	binding := k.binding(c, false)
	if err != nil || len(raw) != saltSize+sha256.Size || binding == "" {
		return false
	}
	return hmac.Equal(raw[saltSize:], k.csrfSum(binding, raw[:saltSize]))
}

// sameOrigin reads Sec-Fetch-Site and Origin. known is false when the browser
// sent neither; then the token alone decides.
func (k *Kit) sameOrigin(c *fiber.Ctx) (known, same bool) {
	origin := strings.ToLower(c.Get(fiber.HeaderOrigin))
	if k.origins[origin] {
		return true, true
	}
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return true, site == "same-origin" || site == "none"
	}
	if origin == "" {
		return false, false
	}
	parsed, err := url.Parse(origin)
	if err != nil || k.config.Secure && parsed.Scheme != "https" {
		return true, false
	}
	return true, parsed.Host != "" && parsed.Host == strings.ToLower(c.Get(fiber.HeaderHost))
}

// keptField is a typed value that a refused form gives back.
type keptField struct{ Name, Value string }

// csrfPage is the data of web/csrf.html.
type csrfPage struct {
	Action  string
	Fields  []keptField
	Files   bool // files were attached and must be attached again
	Request string
}

// renderCSRF answers a refused form. When it came from our own page (an old tab,
// a new session) the typed values stand in a form with a fresh token; when it
// came from elsewhere they do not, or another site could write for the reader.
func (k *Kit) renderCSRF(c *fiber.Ctx, refused *csrfError) error {
	data := csrfPage{Request: k.state(c).id}
	if refused.sameOrigin {
		data.Action = SafePath(localPath(c))
		data.Fields, data.Files = typedFields(c)
	}
	return k.Render(c, fiber.StatusForbidden, "web/csrf", layoutOf(c), "web.csrf.title", data)
}

func typedFields(c *fiber.Ctx) (fields []keptField, files bool) {
	values := map[string][]string{}
	if form, err := c.MultipartForm(); err == nil {
		values = form.Value
		files = len(form.File) > 0
	} else {
		c.Request().PostArgs().VisitAll(func(name, value []byte) {
			values[string(name)] = append(values[string(name)], string(value))
		})
	}
	names := make([]string, 0, len(values))
	for name := range values {
		if !secretField(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		for _, value := range values[name] {
			if clean, _ := templates.CleanText(value, 0); clean != "" {
				fields = append(fields, keptField{Name: name, Value: clean})
			}
		}
	}
	return fields, files
}

// secretField names what must never be echoed into a page.
func secretField(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{templates.CSRFField, "password", "secret", "otp", "totp", "code", "pin"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
