package staff

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Argon are the parameters of argon2id, stored with every hash.
type Argon struct {
	// Memory is in KiB, Time in passes, Threads in lanes.
	Memory, Time uint32
	Threads      uint8
}

// Minimum is the least OWASP recommends: 19 MiB, 2 passes, 1 lane; about
// 25 ms on one core.
var Minimum = Argon{Memory: 19 << 10, Time: 2, Threads: 1}

const (
	saltSize = 16
	hashSize = 32
	// minPassword and maxPassword are in characters; the upper bound keeps
	// one request from being expensive.
	minPassword = 12
	maxPassword = 256
)

// hash makes the PHC form: $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (p Argon) hash(password string) string {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt)
	sum := argon2.IDKey(normal(password), salt, p.Time, p.Memory, p.Threads, hashSize)
	coding := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads,
		coding.EncodeToString(salt), coding.EncodeToString(sum))
}

// normal makes one spelling of what keyboards write in several (й as one or
// two code points).
func normal(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

var errHash = errors.New("staff: the stored hash is not argon2id")

// check compares in constant time and reports whether the hash is weaker than
// wanted.
func check(stored, password string, wanted Argon) (good, weak bool, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, false, errHash
	}
	var p Argon
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, false, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil || p.Time == 0 || p.Threads == 0 {
		return false, false, errHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(sum) < 16 {
		return false, false, errHash
	}
	got := argon2.IDKey(normal(password), salt, p.Time, p.Memory, p.Threads, uint32(len(sum)))
	weak = p.Memory < wanted.Memory || p.Time < wanted.Time
	return subtle.ConstantTimeCompare(got, sum) == 1, weak, nil
}

// checkPolicy returns the key of the complaint, or "". NIST SP 800-63B: length
// counts, rules of composition do not; the obvious is refused.
func checkPolicy(login, name, password string) string {
	length := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	switch {
	case length < minPassword:
		return "identity.password.short"
	case length > maxPassword:
		return "identity.password.long"
	case strings.Contains(lower, login):
		return "identity.password.login"
	case tooPlain(lower):
		return "identity.password.plain"
	}
	for _, word := range strings.Fields(strings.ToLower(name)) {
		if utf8.RuneCountInString(word) > 3 && strings.Contains(lower, word) {
			return "identity.password.login"
		}
	}
	return ""
}

var commonWords = []string{"password", "qwerty", "123456", "пароль", "йцукен", "admin", "priemnaya", "приемная", "приёмная"}

// tooPlain refuses fewer than five different characters, and a common word
// that makes up most of the password.
func tooPlain(lower string) bool {
	seen := map[rune]bool{}
	for _, r := range lower {
		seen[r] = true
	}
	rest := lower
	for _, word := range commonWords {
		rest = strings.ReplaceAll(rest, word, "")
	}
	return len(seen) < 5 || utf8.RuneCountInString(rest)*2 < utf8.RuneCountInString(lower)
}
