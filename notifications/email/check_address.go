package email

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// errAddress says that an address cannot exist; it never quotes the address.
var errAddress = errors.New("email: not an address")

// wireAddress checks an address as an applicant gave it and writes it as SMTP
// wants it: the domain in ASCII (xn--…), nothing that could end a header or a
// command. Addresses with letters beyond ASCII before the @ are refused, since
// few servers on the way take them.
func wireAddress(s string) (string, error) {
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || parsed.Name != "" || len(s) > 254 {
		return "", errAddress
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], s[at+1:]
	if len(local) > 64 || strings.ContainsFunc(local, odd) {
		return "", errAddress
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || len(ascii) > 253 || !strings.Contains(ascii, ".") && ascii != "localhost" {
		return "", errAddress
	}
	return local + "@" + ascii, nil
}

// odd signs are legal in quoted local parts only, where they serve attacks
// rather than people.
func odd(r rune) bool {
	return r > unicode.MaxASCII || unicode.IsControl(r) || strings.ContainsRune(" \"\\<>()[],;:@", r)
}
