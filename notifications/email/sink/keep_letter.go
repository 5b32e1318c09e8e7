package sink

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"mime"
	"net/mail"
	"strings"
	"time"

	"priemnaya/casework"
)

// The shelf's kinds. A letter is found by time under KindLetter, by its
// Message-ID under kindKnown; its bytes lie apart, so that a list is light.
const (
	KindLetter = "letter"
	kindKnown  = "letter-id"
	kindRaw    = "letter-raw"
)

// Letter is what the list shows of a letter.
type Letter struct {
	// ID names the letter here; IDs grow towards older letters.
	ID string `json:"id"`
	// MessageID is without brackets.
	MessageID string    `json:"messageID"`
	From      string    `json:"from"`
	To        []string  `json:"to"`
	Subject   string    `json:"subject"`
	At        time.Time `json:"at"`
	// Repeats counts how often the same letter came again.
	Repeats int `json:"repeats"`
}

// keeper keeps letters on a shelf.
type keeper struct {
	shelf casework.Shelf
	now   func() time.Time
	keep  time.Duration
}

// put keeps a letter, or counts it if it is known. The Message-ID is written
// down first and says where the letter lies, so a crash in between is mended
// by the repeat that follows it.
func (k keeper) put(ctx context.Context, from string, to []string, raw []byte) error {
	header, body := mail.Header{}, raw
	if m, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		header = m.Header
	}
	l := Letter{MessageID: strings.Trim(header.Get("Message-Id"), "<> "), From: from, To: to,
		Subject: decode(header.Get("Subject")), At: k.now()}
	identity := l.MessageID
	if identity == "" {
		identity = string(body)
	}
	sum := sha256.Sum256([]byte(identity + "\n" + strings.Join(to, ",")))
	key := hex.EncodeToString(sum[:16])
	l.ID = fmt.Sprintf("%019d-%s", math.MaxInt64-l.At.UnixMicro(), key[:8])
	expires := l.At.Add(k.keep)
	_, err := k.shelf.Put(ctx, casework.Record{Kind: kindKnown, ID: key, Expires: expires, Data: []byte(l.ID)})
	if casework.CodeOf(err) == casework.Exists {
		known, err := k.shelf.Fetch(ctx, kindKnown, key)
		if err != nil {
			return err
		}
		l.ID = string(known.Data)
		if done, err := k.repeat(ctx, l.ID); done || err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if _, err := k.shelf.Put(ctx, casework.Record{Kind: kindRaw, ID: l.ID, Expires: expires, Data: raw}); err != nil &&
		casework.CodeOf(err) != casework.Exists {
		return err
	}
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = k.shelf.Put(ctx, casework.Record{Kind: KindLetter, ID: l.ID, Owner: ownerOf(to), Expires: expires, Data: data})
	return err
}

// repeat counts a letter that came again; false if it is not there after all.
func (k keeper) repeat(ctx context.Context, id string) (bool, error) {
	for {
		r, err := k.shelf.Fetch(ctx, KindLetter, id)
		if casework.CodeOf(err) == casework.NotFound {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		var l Letter
		if err := json.Unmarshal(r.Data, &l); err != nil {
			return false, err
		}
		l.Repeats++
		if r.Data, err = json.Marshal(l); err != nil {
			return false, err
		}
		if _, err = k.shelf.Put(ctx, r); casework.CodeOf(err) != casework.Conflict {
			return err == nil, err
		}
	}
}

func ownerOf(to []string) string {
	if len(to) == 0 {
		return ""
	}
	return strings.ToLower(to[0])
}

func decode(s string) string {
	if plain, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return plain
	}
	return s
}

// list gives letters, newest first, to one address or to all.
func (k keeper) list(ctx context.Context, to string, page casework.Window) ([]Letter, string, error) {
	records, next, err := k.shelf.List(ctx, KindLetter, strings.ToLower(to), page)
	if err != nil {
		return nil, "", err
	}
	letters := make([]Letter, len(records))
	for i, r := range records {
		if err := json.Unmarshal(r.Data, &letters[i]); err != nil {
			return nil, "", &casework.Error{Code: casework.Corrupted, Op: "sink.list", Err: err}
		}
	}
	return letters, next, nil
}

// open gives a letter and its bytes. Errors: NotFound.
func (k keeper) open(ctx context.Context, id string) (Letter, []byte, error) {
	r, err := k.shelf.Fetch(ctx, KindLetter, id)
	if err != nil {
		return Letter{}, nil, err
	}
	var l Letter
	if err := json.Unmarshal(r.Data, &l); err != nil {
		return Letter{}, nil, &casework.Error{Code: casework.Corrupted, Op: "sink.open", Err: err}
	}
	raw, err := k.shelf.Fetch(ctx, kindRaw, id)
	return l, raw.Data, err
}
