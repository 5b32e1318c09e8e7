package sign

import (
	"errors"
	"slices"
	"strings"
)

// Message is the part of a request that can be signed.
type Message struct {
	Method string
	// Target is path and query exactly as they stand in the request line.
	Target string
	// Header gives the values of a header by its name in small letters.
	Header func(name string) []string
}

// Bound are headers that change what a request means: where a request has one,
// its signature must cover it.
var Bound = []string{"idempotency-key", "upload-offset"}

// ErrForm means that a request or its signature headers are not of the profile.
var ErrForm = errors.New("sign: the request is not signed as the profile asks")

// base makes the signature base of RFC 9421 section 2.5. params is the value of
// "@signature-params" as it was sent.
func (m Message) base(covered []string, params string) (string, error) {
	path, query, ok := splitTarget(m.Target)
	if !ok || !token(m.Method) {
		return "", ErrForm
	}
	var b strings.Builder
	for _, name := range covered {
		value := ""
		switch name {
		case "@method":
			value = m.Method
		case "@path":
			value = path
		case "@query":
			value = query
		default:
			if strings.HasPrefix(name, "@") || m.Header == nil {
				return "", ErrForm
			}
			values := slices.Clone(m.Header(name))
			if len(values) == 0 {
				return "", ErrForm
			}
			for i := range values {
				values[i] = strings.Trim(values[i], " \t")
			}
			value = strings.Join(values, ", ")
		}
		if strings.ContainsFunc(value, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7F }) {
			return "", ErrForm
		}
		b.WriteString(`"` + name + `": ` + value + "\n")
	}
	b.WriteString(`"@signature-params": ` + params)
	return b.String(), nil
}

// splitTarget takes a request target in origin form apart; the query has its
// question mark, also where it is empty.
func splitTarget(target string) (path, query string, ok bool) {
	if !strings.HasPrefix(target, "/") || strings.Contains(target, "#") ||
		strings.ContainsFunc(target, func(r rune) bool { return r <= 0x20 || r == 0x7F }) {
		return "", "", false
	}
	path, query, _ = strings.Cut(target, "?")
	return path, "?" + query, true
}

// token reports whether s is a token of RFC 9110, as methods and header names are.
func token(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= 0x20 || r >= 0x7F || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// needed lists what a signature over the message must cover.
func (m Message) needed(body bool) []string {
	out := []string{"@method", "@path", "@query"}
	if body {
		out = append(out, "content-digest")
	}
	for _, name := range Bound {
		if m.Header != nil && len(m.Header(name)) > 0 {
			out = append(out, name)
		}
	}
	return out
}
