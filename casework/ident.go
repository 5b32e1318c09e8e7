package casework

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// idAlphabet has 31 signs, a prime, so that the check sign notices every slip
// of one sign and every swap of two. Left out are signs that are easily
// confused in hand writing: 0 and O, 1 and I, U and V are not both there.
const idAlphabet = "23456789ABCDEFGHJKLMNPQRSTUWXYZ"

// CaseIDOf derives the ID of a case from who files it and the idempotency key
// of the submission, so that a retry finds the case it has made already. The
// secret keeps others from computing it.
func CaseIDOf(secret []byte, applicant, key string) string {
	return spell(mac(secret, "case", applicant, key), 26)
}

// AccessCodeOf derives the access code of a case: 12 signs, 59 bits. It is
// shown on the receipt; the case keeps only its hash.
func AccessCodeOf(secret []byte, caseID string) string {
	s := spell(mac(secret, "access", caseID), 12)
	return s[:4] + "-" + s[4:8] + "-" + s[8:]
}

// accessHashOf is what a case keeps of its access code.
func accessHashOf(caseID, code string) string {
	sum := sha256.Sum256([]byte(caseID + "\n" + normalCode(code)))
	return hex.EncodeToString(sum[:])
}

// OpensWith reports whether the access code is the case's, in the same time
// for every code.
func (c *Case) OpensWith(code string) bool {
	return hmac.Equal([]byte(accessHashOf(c.ID, code)), []byte(c.AccessHash))
}

// normalCode forgives spaces, dashes and small letters.
func normalCode(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -–—\t", r) {
			return -1
		}
		return r
	}, strings.ToUpper(s))
}

func mac(secret []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, secret)
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// spell writes n signs of the alphabet from a hash, without bias.
func spell(sum []byte, n int) string {
	var b strings.Builder
	limit := byte(256/len(idAlphabet)*len(idAlphabet) - 1)
	for round := sum; b.Len() < n; {
		for _, x := range round {
			if x <= limit && b.Len() < n {
				b.WriteByte(idAlphabet[int(x)%len(idAlphabet)])
			}
		}
		next := sha256.Sum256(round)
		round = next[:]
	}
	return b.String()
}
