package protected

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"time"

	"priemnaya/intake/protected/seal"
)

// visit is what a cookie carries from page to page: the keys that the words
// lead to, never the words. It is closed with a key that is made when the
// process starts and dies with it, so the server keeps no list of visits, and a
// seized cookie opens nothing without the memory of the running process.
type visit struct {
	// confirmed is false while the author has not yet shown that he wrote the words
	// down.
	confirmed bool
	ends      time.Time
	stretched seal.Stretched
	// asked are three of the words, for as long as they are not confirmed.
	asked [askedWords]askedWord
	// cleaned is what the next page tells about the files just sent.
	cleaned cleanedNotes
}

// askedWord is a word by its place among the seven, from 0, and its number in
// the list.
type askedWord struct {
	place  byte
	number uint16
}

const (
	askedWords = 3
	// visitLife is how long a visit lasts after the last page.
	visitLife = 20 * time.Minute
	notesFrom = 1 + 4 + 32 + askedWords*3
	visitSize = notesFrom + notesSize
)

// keeper closes and opens visits.
type keeper struct {
	aead   cipher.AEAD
	macKey [32]byte
	secure bool
	now    func() time.Time
}

func newKeeper(secure bool, now func() time.Time) *keeper {
	var key [32]byte
	rand.Read(key[:])
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // a key of 32 bytes always makes a cipher
	}
	k := &keeper{secure: secure, now: now}
	if k.aead, err = cipher.NewGCM(block); err != nil {
		panic(err)
	}
	rand.Read(k.macKey[:])
	seal.Wipe(key[:])
	return k
}

// name of the cookie; browsers refuse the prefix where the page is not secure.
func (k *keeper) name() string {
	if k.secure {
		return "__Host-visit"
	}
	return "visit"
}

// set gives a visit a new end and its cookie. Every visit's cookie has the same
// length.
func (k *keeper) set(w http.ResponseWriter, v *visit) {
	v.ends = k.now().Add(visitLife)
	raw := make([]byte, visitSize)
	defer seal.Wipe(raw)
	if v.confirmed {
		raw[0] = 1
	}
	binary.BigEndian.PutUint32(raw[1:], uint32(v.ends.Unix()/60))
	copy(raw[5:], v.stretched[:])
	for i, a := range v.asked {
		raw[37+3*i] = a.place
		binary.BigEndian.PutUint16(raw[38+3*i:], a.number)
	}
	raw[notesFrom] = v.cleaned.files
	for i, what := range v.cleaned.what {
		binary.BigEndian.PutUint32(raw[notesFrom+1+4*i:], what)
	}
	nonce := make([]byte, k.aead.NonceSize(), k.aead.NonceSize()+visitSize+k.aead.Overhead())
	rand.Read(nonce)
	k.write(w, base64.RawURLEncoding.EncodeToString(k.aead.Seal(nonce, nonce, raw, nil)))
}

// drop takes the cookie away.
func (k *keeper) drop(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: k.name(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: k.secure, SameSite: http.SameSiteStrictMode})
}

// write sets a cookie without an age: it ends with the window.
func (k *keeper) write(w http.ResponseWriter, value string) {
	http.SetCookie(w, &http.Cookie{Name: k.name(), Value: value, Path: "/", HttpOnly: true, Secure: k.secure, SameSite: http.SameSiteStrictMode})
}

// get opens the visit of a request; nil where there is none. The caller wipes it.
func (k *keeper) get(r *http.Request) *visit {
	c, err := r.Cookie(k.name())
	if err != nil {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(raw) < k.aead.NonceSize() {
		return nil
	}
	plain, err := k.aead.Open(nil, raw[:k.aead.NonceSize()], raw[k.aead.NonceSize():], nil)
	if err != nil || len(plain) != visitSize {
		return nil
	}
	defer seal.Wipe(plain)
	v := &visit{confirmed: plain[0] == 1, ends: time.Unix(int64(binary.BigEndian.Uint32(plain[1:]))*60, 0)}
	copy(v.stretched[:], plain[5:37])
	for i := range v.asked {
		v.asked[i] = askedWord{place: plain[37+3*i], number: binary.BigEndian.Uint16(plain[38+3*i:])}
	}
	v.cleaned.files = min(plain[notesFrom], MaxFiles)
	for i := range v.cleaned.what {
		v.cleaned.what[i] = binary.BigEndian.Uint32(plain[notesFrom+1+4*i:])
	}
	if k.now().After(v.ends) {
		v.wipe()
		return nil
	}
	return v
}

func (v *visit) wipe() { seal.Wipe(v.stretched[:]) }

// token guards the forms of a visit: other sites do not know it.
func (k *keeper) token(v *visit) string {
	h := hmac.New(sha256.New, k.macKey[:])
	h.Write(v.stretched[:])
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

// own reports whether a form came from a page of this visit.
func (k *keeper) own(v *visit, token []byte) bool {
	return hmac.Equal([]byte(k.token(v)), token)
}
