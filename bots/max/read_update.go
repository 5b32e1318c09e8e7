package max

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"priemnaya/bots"
)

// wanted are the kinds of updates that the bot asks for.
var wanted = []string{"message_created", "message_edited", "message_callback", "bot_started", "bot_stopped", "dialog_removed"}

type update struct {
	Type      string   `json:"update_type"`
	Timestamp int64    `json:"timestamp"`
	Message   *message `json:"message"`
	Callback  *struct {
		Timestamp int64  `json:"timestamp"`
		ID        string `json:"callback_id"`
		Payload   string `json:"payload"`
		User      *user  `json:"user"`
	} `json:"callback"`
	Chat    int64  `json:"chat_id"`
	User    *user  `json:"user"`
	Payload string `json:"payload"`
	Locale  string `json:"user_locale"`
}

type user struct {
	ID        int64  `json:"user_id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
	IsBot     bool   `json:"is_bot"`
}

type message struct {
	Sender    *user `json:"sender"`
	Recipient struct {
		Chat int64  `json:"chat_id"`
		Type string `json:"chat_type"`
	} `json:"recipient"`
	Timestamp int64 `json:"timestamp"`
	Body      *body `json:"body"`
	Link      *struct {
		Type    string `json:"type"`
		Message *body  `json:"message"`
	} `json:"link"`
}

type body struct {
	Mid         string       `json:"mid"`
	Text        string       `json:"text"`
	Attachments []attachment `json:"attachments"`
}

// attachment is what a person attached; the payload of kinds we do not read
// may have any form.
type attachment struct {
	Type      string          `json:"type"`
	Payload   json.RawMessage `json:"payload"`
	Filename  string          `json:"filename"`
	Size      int64           `json:"size"`
	Latitude  *float64        `json:"latitude"`
	Longitude *float64        `json:"longitude"`
}

// media is the payload of a file.
type media struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

func (a attachment) media() (m media) {
	if json.Unmarshal(a.Payload, &m) != nil {
		return media{}
	}
	return m
}

// print names an attachment without telling its token.
func (a attachment) print() string {
	sum := sha256.Sum256([]byte(a.Type + a.media().Token))
	return hex.EncodeToString(sum[:6])
}

var errForm = errors.New("max: update is not of the known form")

// readUpdate turns an update into one of the contract. ok is false if it says
// nothing to the bot; then it may be acknowledged.
func readUpdate(raw json.RawMessage) (u bots.Update, ok bool, err error) {
	var in update
	// The error of the decoder may repeat what was typed.
	if json.Unmarshal(raw, &in) != nil || in.Type == "" {
		return u, false, errForm
	}
	u.User.Lang = in.Locale
	switch in.Type {
	case "message_created", "message_edited":
		u.Edited = in.Type == "message_edited"
		ok = readMessage(&u, in)
	case "message_callback":
		ok = readPress(&u, in)
	case "bot_started", "bot_stopped", "dialog_removed":
		ok = readStart(&u, in)
	}
	return u, ok, nil
}

// idOf makes an ID of what never changes.
func idOf(kind, thing string, at int64) string {
	if len(thing) > 48 {
		sum := sha256.Sum256([]byte(thing))
		thing = hex.EncodeToString(sum[:16])
	}
	if at == 0 {
		return kind + thing
	}
	return fmt.Sprintf("%s%s.%d", kind, thing, at)
}

// place fills in where, who and when; false if that is missing or it is a bot.
func place(u *bots.Update, chat int64, who *user, at int64) bool {
	if chat == 0 || who == nil || who.IsBot || who.ID == 0 {
		return false
	}
	u.Chat, u.At, u.Order = strconv.FormatInt(chat, 10), time.UnixMilli(at).UTC(), at
	u.User.ID, u.User.Name, u.User.Handle = strconv.FormatInt(who.ID, 10), strings.TrimSpace(who.FirstName+" "+who.LastName), who.Username
	return true
}

func readMessage(u *bots.Update, in update) bool {
	if in.Message == nil || in.Message.Body == nil || in.Message.Body.Mid == "" {
		return false
	}
	m := *in.Message
	at := m.Timestamp
	u.ID = idOf("m", m.Body.Mid, 0)
	if u.Edited {
		at = in.Timestamp
		u.ID = idOf("e", m.Body.Mid, at)
	}
	if !place(u, m.Recipient.Chat, m.Sender, at) {
		return false
	}
	u.Message, u.Group = m.Body.Mid, m.Recipient.Type != "dialog"
	// What strangers say to each other in a group is not even looked at.
	if u.Group {
		return true
	}
	u.Text = m.Body.Text
	if m.Link != nil && m.Link.Type == "forward" && m.Link.Message != nil {
		u.Text = strings.TrimSpace(u.Text + "\n" + m.Link.Message.Text)
	}
	other := readAttachments(u, m)
	if word, rest, _ := strings.Cut(u.Text, " "); word == "/start" && !u.Edited && len(u.Files) == 0 {
		u.Start, u.Payload, u.Text = true, strings.TrimSpace(rest), ""
	}
	if u.Start || u.Text != "" || len(u.Files) > 0 || u.Place != nil {
		return true
	}
	u.Unknown = other && !u.Edited
	return u.Unknown
}

// attached lists the attachments of a message and of the one it forwards.
func attached(m message) []attachment {
	var out []attachment
	if m.Body != nil {
		out = append(out, m.Body.Attachments...)
	}
	if m.Link != nil && m.Link.Type == "forward" && m.Link.Message != nil {
		out = append(out, m.Link.Message.Attachments...)
	}
	return out
}

// kinds are the attachments that are files. Audio is what a person spoke.
var kinds = map[string]bots.FileKind{"image": bots.Photo, "file": bots.Document, "audio": bots.Voice, "video": bots.Video}

// readAttachments fills in files and place; other is true if there was
// something that cannot be read.
func readAttachments(u *bots.Update, m message) (other bool) {
	for _, a := range attached(m) {
		kind, file := kinds[a.Type]
		switch {
		case file && a.media().Token != "":
			u.Files = append(u.Files, bots.RemoteFile{Ref: m.Body.Mid + " " + a.print(), Kind: kind, Name: a.Filename, Size: max(a.Size, 0)})
		case a.Type == "location" && a.Latitude != nil && a.Longitude != nil:
			u.Place = &bots.Place{Latitude: *a.Latitude, Longitude: *a.Longitude}
		case a.Type == "share" || a.Type == "inline_keyboard":
			// A preview of a link in the text, and buttons of a forwarded message.
		default:
			other = true
		}
	}
	return other
}

func readPress(u *bots.Update, in update) bool {
	c := in.Callback
	if c == nil || c.ID == "" || c.Payload == "" || in.Message == nil || !place(u, in.Message.Recipient.Chat, c.User, c.Timestamp) {
		return false
	}
	u.ID, u.Press, u.PressID = idOf("c", c.ID, c.Timestamp), c.Payload, c.ID
	u.Group = in.Message.Recipient.Type != "dialog"
	if in.Message.Body != nil {
		u.Message = in.Message.Body.Mid
	}
	return true
}

func readStart(u *bots.Update, in update) bool {
	if !place(u, in.Chat, in.User, in.Timestamp) {
		return false
	}
	u.ID = idOf(map[string]string{"bot_started": "s", "bot_stopped": "x", "dialog_removed": "d"}[in.Type], u.Chat, in.Timestamp)
	if in.Type == "bot_started" {
		u.Start, u.Payload = true, in.Payload
	} else {
		u.Left = true
	}
	return true
}
