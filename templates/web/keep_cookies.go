package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
)

var coding = base64.RawURLEncoding

// CookieName returns the name as sent: with the __Host- prefix over TLS, so
// that a neighbouring subdomain cannot plant one.
func (k *Kit) CookieName(name string) string {
	if k.config.Secure {
		return "__Host-" + name
	}
	return name
}

// SetCookie sets an HttpOnly, SameSite=Lax cookie for the whole site. A life of
// zero makes it end with the browser.
func (k *Kit) SetCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	cookie := &fiber.Cookie{Name: k.CookieName(name), Value: value, Path: "/",
		Secure: k.config.Secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode}
	if life > 0 {
		cookie.MaxAge = int(life.Seconds())
	} else {
		cookie.SessionOnly = true
	}
	c.Cookie(cookie)
}

// Cookie returns the value of a cookie set by SetCookie, or "".
func (k *Kit) Cookie(c *fiber.Ctx, name string) string { return c.Cookies(k.CookieName(name)) }

// DropCookie tells the browser to forget the cookie.
func (k *Kit) DropCookie(c *fiber.Ctx, name string) {
	c.Cookie(&fiber.Cookie{Name: k.CookieName(name), Value: "", Path: "/", MaxAge: -1,
		Expires: time.Unix(1, 0), Secure: k.config.Secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}

// Sign returns value with an expiry and an HMAC over both and the purpose. The
// value stays readable; a token of one purpose is worthless for another.
func (k *Kit) Sign(purpose, value string, life time.Duration) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(k.now().Add(life).Unix()))
	body = append(body, value...)
	return coding.EncodeToString(append(body, mac(k.signKey, purpose, body)...))
}

// Verify returns the value of an unexpired token made by Sign.
func (k *Kit) Verify(purpose, token string) (value string, ok bool) {
	raw, err := coding.DecodeString(token)
	if err != nil || len(raw) < 8+sha256.Size {
		return "", false
	}
	body, sum := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	if !hmac.Equal(sum, mac(k.signKey, purpose, body)) || k.expired(body[:8]) {
		return "", false
	}
	return string(body[8:]), true
}

// Seal encrypts value with AES-256-GCM, bound to the purpose, with an expiry.
func (k *Kit) Seal(purpose string, value []byte, life time.Duration) string {
	box := k.box()
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce)
	body := binary.BigEndian.AppendUint64(nil, uint64(k.now().Add(life).Unix()))
	return coding.EncodeToString(box.Seal(nonce, nonce, append(body, value...), []byte(purpose)))
}

// Open returns the value of an unexpired token made by Seal.
func (k *Kit) Open(purpose, token string) (value []byte, ok bool) {
	box := k.box()
	raw, err := coding.DecodeString(token)
	if err != nil || len(raw) < box.NonceSize() {
		return nil, false
	}
	body, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(purpose))
	if err != nil || len(body) < 8 || k.expired(body[:8]) {
		return nil, false
	}
	return body[8:], true
}

func (k *Kit) box() cipher.AEAD {
	block, err := aes.NewCipher(k.sealKey)
	if err != nil {
		panic(err) // the key is always 32 bytes
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return box
}

func (k *Kit) expired(stamp []byte) bool {
	return k.now().Unix() >= int64(binary.BigEndian.Uint64(stamp))
}

// mac separates the purpose from the body by its length, so that no other
// split of the same bytes has the same sum.
func mac(key []byte, purpose string, body []byte) []byte {
	sum := hmac.New(sha256.New, key)
	sum.Write(binary.BigEndian.AppendUint32(nil, uint32(len(purpose))))
	sum.Write([]byte(purpose))
	sum.Write(body)
	return sum.Sum(nil)
}

const flashCookie = "flash"

// Flash leaves one message for the next page, shown as a toast. It travels in a
// sealed cookie, since it may name a case.
func (k *Kit) Flash(c *fiber.Ctx, message templates.Flash) {
	body, err := json.Marshal(message)
	if err != nil {
		return
	}
	k.SetCookie(c, flashCookie, k.Seal(flashCookie, body, time.Hour), time.Hour)
}

func (k *Kit) takeFlash(c *fiber.Ctx) *templates.Flash {
	token := k.Cookie(c, flashCookie)
	// A script that fetches a page must not eat the message meant for the reader.
	byScript := c.Get("Sec-Fetch-Dest") == "empty"
	if token == "" || byScript {
		return nil
	}
	k.DropCookie(c, flashCookie)
	body, ok := k.Open(flashCookie, token)
	message := new(templates.Flash)
	if !ok || json.Unmarshal(body, message) != nil {
		return nil
	}
	return message
}
