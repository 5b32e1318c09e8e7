package sites

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

const (
	kindWidget   = "sites.widget"
	widgetCookie = "handed"
	// widgetLife is how long what was typed waits for the sign-in.
	widgetLife = 24 * time.Hour
)

// widgetDraft is what was typed in the widget.
type widgetDraft struct {
	Site string `json:"site"`
	Text string `json:"text"`
}

// keep lays h aside under a new handle and gives the browser the handle. The
// record is named by a hash of it and encrypted under another, so neither the
// shelf nor its backup can read what waits there.
func (w *Widget) keep(c *fiber.Ctx, h widgetDraft) error {
	raw := make([]byte, 32)
	rand.Read(raw)
	handle := hex.EncodeToString(raw)
	name, box, err := handleKeys(handle)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(h)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "sites.keep", Err: err}
	}
	// Each key seals one text, so a constant nonce is met once.
	data := box.Seal(nil, make([]byte, box.NonceSize()), plain, []byte(name))
	if _, err := w.Shelf.Put(c.UserContext(), casework.Record{Kind: kindWidget, ID: name,
		Expires: w.Office.Now().Add(widgetLife), Data: data}); err != nil {
		return err
	}
	w.Kit.SetCookie(c, widgetCookie, w.Kit.Seal(widgetCookie, []byte(handle), widgetLife), widgetLife)
	return nil
}

// find gives what waits for this browser. Errors: NotFound.
func (w *Widget) find(c *fiber.Ctx) (handle string, h widgetDraft, err error) {
	none := &casework.Error{Code: casework.NotFound, Op: "sites.find", Err: errNoHandle}
	note := w.Kit.Cookie(c, widgetCookie)
	if note == "" {
		return "", h, none
	}
	raw, ok := w.Kit.Open(widgetCookie, note)
	if !ok {
		return "", h, none
	}
	handle = string(raw)
	name, box, err := handleKeys(handle)
	if err != nil {
		return "", h, err
	}
	r, err := w.Shelf.Fetch(c.UserContext(), kindWidget, name)
	if err != nil {
		return "", h, err
	}
	plain, err := box.Open(nil, make([]byte, box.NonceSize()), r.Data, []byte(name))
	if err == nil {
		err = json.Unmarshal(plain, &h)
	}
	if err != nil {
		return "", h, &casework.Error{Code: casework.Corrupted, Op: "sites.find", Err: err}
	}
	return handle, h, nil
}

// forget removes what has become a draft: the handle is good once.
func (w *Widget) forget(c *fiber.Ctx, handle string) error {
	name, _, err := handleKeys(handle)
	if err != nil {
		return err
	}
	if err := w.Shelf.Remove(c.UserContext(), kindWidget, name); err != nil {
		// The browser keeps the handle: with it the same draft is found again.
		return err
	}
	w.Kit.DropCookie(c, widgetCookie)
	return nil
}

// handleKeys derives the name of a record and the key that seals it.
func handleKeys(handle string) (name string, box cipher.AEAD, err error) {
	key, err := hkdf.Key(sha256.New, []byte(handle), nil, "priemnaya widget", 48)
	if err != nil {
		return "", nil, &casework.Error{Code: casework.Internal, Op: "sites.handle", Err: err}
	}
	block, err := aes.NewCipher(key[16:])
	if err == nil {
		box, err = cipher.NewGCM(block)
	}
	if err != nil {
		return "", nil, &casework.Error{Code: casework.Internal, Op: "sites.handle", Err: err}
	}
	return hex.EncodeToString(key[:16]), box, nil
}
