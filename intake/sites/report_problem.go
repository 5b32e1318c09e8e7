package sites

import (
	"errors"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// problem is an error of the API (RFC 9457). Its code is stable; title and
// detail are in the language of Accept-Language.
type problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Code   string  `json:"code"`
	Detail string  `json:"detail"`
	Errors []fault `json:"errors,omitempty"`
	// Offset is where an upload goes on; it comes with the code offset.
	Offset *int64 `json:"offset,omitempty"`
}

// fault is what is wrong with one field.
type fault struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// problemType is the beginning of the type of every problem.
const problemType = "urn:priemnaya:problem:"

// problemMedia is the media type of problems.
const problemMedia = "application/problem+json"

// The codes of problems that arise in this package, and their statuses. The
// codes of the domain follow in codeOf.
var statuses = map[string]int{
	"json":         http.StatusBadRequest,
	"parameter":    http.StatusBadRequest,
	"digest":       http.StatusBadRequest,
	"signature":    http.StatusUnauthorized,
	"clock":        http.StatusUnauthorized,
	"replay":       http.StatusUnauthorized,
	"right":        http.StatusForbidden,
	"person_token": http.StatusForbidden,
	"person_other": http.StatusForbidden,
	"forbidden":    http.StatusForbidden,
	"not_found":    http.StatusNotFound,
	"method":       http.StatusMethodNotAllowed,
	"idempotency":  http.StatusConflict,
	"offset":       http.StatusConflict,
	"conflict":     http.StatusConflict,
	"too_large":    http.StatusRequestEntityTooLarge,
	"media_type":   http.StatusUnsupportedMediaType,
	"invalid":      http.StatusUnprocessableEntity,
	"protected":    http.StatusUnprocessableEntity,
	"quota":        http.StatusTooManyRequests,
	"internal":     http.StatusInternalServerError,
	"unavailable":  http.StatusServiceUnavailable,
}

// refusal is an error that this package answers by one of its codes.
type refusal struct {
	code string
	// faults are mistakes of single fields.
	faults []casework.FieldError
	offset *int64
	// wait is when to come again.
	wait time.Duration
	err  error
}

// Error is for the log: the code and the cause.
func (r *refusal) Error() string {
	if r.err != nil {
		return "sites: " + r.code + ": " + r.err.Error()
	}
	return "sites: " + r.code
}

// Unwrap gives the cause.
func (r *refusal) Unwrap() error { return r.err }

func refuse(code string) *refusal { return &refusal{code: code} }

// wrong refuses one field.
func wrong(field, key string) *refusal {
	return &refusal{code: "invalid", faults: []casework.FieldError{{Field: field, Key: key}}}
}

// Report answers an error of the API, whatever it is; nothing of the error
// itself leaves the server. It is also for errors that arise before a handler:
// a request that is too large.
func (s *Sites) Report(c *fiber.Ctx, err error) error {
	r := s.refusalOf(err)
	status := statuses[r.code]
	if status >= http.StatusInternalServerError {
		// The route, not the path: a path holds the ID of a case.
		s.Log.Error("site API", "code", r.code, "route", c.Route().Path, "method", c.Method(), "error", err)
	}
	p := problem{Type: problemType + r.code, Status: status, Code: r.code, Offset: r.offset,
		Title: s.Kit.T(c, "sites.problem."+r.code+".title"), Detail: s.Kit.T(c, "sites.problem."+r.code+".detail")}
	for _, f := range r.faults {
		p.Errors = append(p.Errors, s.faultOf(c, f))
	}
	switch {
	case r.wait > 0:
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(r.wait.Seconds()))))
	case status == http.StatusServiceUnavailable:
		c.Set(fiber.HeaderRetryAfter, "60")
	case status == http.StatusUnauthorized:
		c.Set(fiber.HeaderWWWAuthenticate, `Signature realm="priemnaya"`)
	}
	setHeaders(c)
	c.Set(fiber.HeaderContentLanguage, s.Kit.Lang(c))
	if err := c.Status(status).JSON(p); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, problemMedia)
	return nil
}

// faultOf words the mistake of a field; the code is the text id.
func (s *Sites) faultOf(c *fiber.Ctx, f casework.FieldError) fault {
	set, lang := s.Kit.Set(), s.Kit.Lang(c)
	out := fault{Field: f.Field, Code: f.Key}
	if set.Has(lang, f.Key) {
		data := map[string]any{"Name": "", "Limit": f.Data["Max"]}
		maps.Copy(data, f.Data)
		if n, ok := f.Data["Max"].(int64); ok {
			data["Limit"] = templates.FormatBytes(lang, n)
		}
		out.Detail = set.T(lang, f.Key, data)
	} else {
		out.Detail = set.T(lang, "sites.problem.invalid.detail", nil)
	}
	return out
}

// refusalOf gives every error one of the codes.
func (s *Sites) refusalOf(err error) *refusal {
	var own *refusal
	if errors.As(err, &own) {
		return own
	}
	var e *casework.Error
	if errors.As(err, &e) {
		return s.domainRefusal(e)
	}
	var f *fiber.Error
	if errors.As(err, &f) {
		for code, status := range map[string]int{"not_found": 404, "method": 405, "too_large": 413, "media_type": 415} {
			if f.Code == status {
				return &refusal{code: code, err: err}
			}
		}
		if f.Code < http.StatusInternalServerError {
			return &refusal{code: "parameter", err: err}
		}
	}
	return &refusal{code: "internal", err: err}
}

// domainRefusal words an error of the domain. One that has a message but no
// fields tells it as the mistake of the request as a whole.
func (s *Sites) domainRefusal(e *casework.Error) *refusal {
	status, _ := s.StatusOf(e)
	r := &refusal{code: "internal", faults: e.Fields, err: e}
	switch status {
	case http.StatusUnprocessableEntity:
		r.code = "invalid"
	case http.StatusNotFound:
		r.code, r.faults = "not_found", nil
	case http.StatusForbidden, http.StatusUnauthorized:
		r.code = "forbidden"
	case http.StatusConflict:
		r.code = "conflict"
	case http.StatusRequestEntityTooLarge:
		r.code = "too_large"
	case http.StatusServiceUnavailable:
		r.code = "unavailable"
	}
	if len(e.Fields) == 0 && e.Message != "" && r.code != "not_found" {
		data := map[string]any{}
		for k, v := range e.Data {
			data[k] = v
		}
		r.faults = []casework.FieldError{{Field: "", Key: e.Message, Data: data}}
	}
	return r
}
