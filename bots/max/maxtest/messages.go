package maxtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Sent is one message of the bot as the person sees it.
type Sent struct {
	ID      string
	Text    string
	Buttons [][]Button
	// File is the name of a file, Data its contents.
	File   string
	Data   []byte
	Silent bool
	At     time.Time
}

// Button is a button in the form of the API.
type Button struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
	Quick   bool   `json:"quick,omitempty"`
}

// message is what GET /messages gives.
type message struct {
	Sender    user      `json:"sender"`
	Recipient recipient `json:"recipient"`
	Timestamp int64     `json:"timestamp"`
	Body      body      `json:"body"`
	Link      any       `json:"link,omitempty"`
}

type recipient struct {
	Chat int64  `json:"chat_id"`
	Type string `json:"chat_type"`
	User int64  `json:"user_id,omitempty"`
}

type body struct {
	Mid         string `json:"mid"`
	Seq         int64  `json:"seq"`
	Text        string `json:"text"`
	Attachments []any  `json:"attachments,omitempty"`
}

// newMessage is the body of POST /messages.
type newMessage struct {
	Text        string       `json:"text"`
	Attachments []attachment `json:"attachments"`
	Notify      *bool        `json:"notify"`
	Format      string       `json:"format"`
}

type attachment struct {
	Type    string `json:"type"`
	Payload struct {
		Token   string     `json:"token"`
		Buttons [][]Button `json:"buttons"`
	} `json:"payload"`
}

// target finds the dialogue of a send or says why nothing can be sent there.
func (s *Server) target(r *http.Request) (int64, *chat, *apiError) {
	id := numberIn(r, "chat_id")
	if person := numberIn(r, "user_id"); person != 0 {
		id = dialogOf(person)
	}
	c := s.chats[id]
	switch {
	case id == 0:
		return 0, nil, refuse(400, "proto.payload", "Unknown recipient")
	case c == nil:
		return 0, nil, refuse(404, "chat.not.found", "Chat %d not found", id)
	case c.suspended:
		return 0, nil, refuse(403, "chat.denied", "Key: error.dialog.suspended, args: [%d,].", c.user)
	}
	return id, c, nil
}

func (s *Server) sendMessage(r *http.Request) (any, *apiError) {
	id, c, refused := s.target(r)
	if refused != nil {
		return nil, refused
	}
	var in newMessage
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, refuse(400, "proto.payload", "Body is not JSON")
	}
	if in.Format != "" {
		return nil, refuse(400, "proto.payload", "this server takes plain text only")
	}
	if utf8.RuneCountInString(in.Text) > MaxText {
		return nil, refuse(400, "proto.payload", "text: size must be between 0 and %d", MaxText)
	}
	if strings.TrimSpace(in.Text) == "" && len(in.Attachments) == 0 {
		return nil, refuse(400, "proto.payload", "Message must have text or attachments")
	}
	at := s.tick()
	m := Sent{ID: fmt.Sprintf("mid.%016x%016x", id, at), Text: in.Text, Silent: in.Notify != nil && !*in.Notify, At: time.Now()}
	for _, a := range in.Attachments {
		if refused := s.attach(&m, a); refused != nil {
			return nil, refused
		}
	}
	c.sent = append(c.sent, m)
	out := &message{Sender: s.bot(), Recipient: recipient{id, "dialog", c.user}, Timestamp: at, Body: body{Mid: m.ID, Seq: at << 16, Text: m.Text}}
	s.messages[m.ID] = out
	s.signal()
	return map[string]any{"message": out}, nil
}

// attach adds one attachment to a message or says why it cannot be added.
func (s *Server) attach(m *Sent, a attachment) *apiError {
	switch a.Type {
	case "inline_keyboard":
		m.Buttons = a.Payload.Buttons
		return checkKeyboard(a.Payload.Buttons)
	case "file", "image":
		f := s.uploads[a.Payload.Token]
		if f == nil || f.kind != a.Type {
			return refuse(400, "proto.payload", "attachments: unknown token")
		}
		if m.File != "" {
			return refuse(400, "proto.payload", "attachments: a file must be the only one")
		}
		if f.unready > 0 {
			f.unready--
			return refuse(400, "attachment.not.ready", "Key: errors.process.attachment.file.not.processed")
		}
		m.File, m.Data = f.name, f.data
		return nil
	}
	return refuse(400, "proto.payload", "attachments: unknown type")
}

func checkKeyboard(rows [][]Button) *apiError {
	if len(rows) == 0 || len(rows) > MaxRows {
		return refuse(400, "proto.payload", "buttons: 1 to %d rows", MaxRows)
	}
	for _, row := range rows {
		wide := slices.ContainsFunc(row, func(b Button) bool { return b.Type != "callback" && b.Type != "message" && b.Type != "clipboard" })
		if len(row) == 0 || len(row) > MaxInRow || wide && len(row) > MaxWide {
			return refuse(400, "proto.payload", "buttons: too many in a row")
		}
		for _, b := range row {
			n := utf8.RuneCountInString(b.Text)
			bad := n == 0 || n > 128
			switch b.Type {
			case "callback":
				bad = bad || b.Payload == "" || utf8.RuneCountInString(b.Payload) > MaxPayload
			case "link":
				bad = bad || b.URL == "" || len(b.URL) > 2048
			case "request_geo_location":
			default:
				bad = true
			}
			if bad {
				return refuse(400, "proto.payload", "buttons: %s button is not of the right form", b.Type)
			}
		}
	}
	return nil
}

func (s *Server) answer(r *http.Request) (any, *apiError) {
	id := r.URL.Query().Get("callback_id")
	if _, ok := s.pressed[id]; !ok {
		return nil, refuse(404, "callback.not.found", "Callback is not known")
	}
	var in map[string]any
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in) == 0 {
		return nil, refuse(400, "proto.payload", "message or notification wanted")
	}
	s.pressed[id] = true
	s.signal()
	return success, nil
}

// Answered reports whether the bot has answered each press.
func (s *Server) Answered() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, done := range s.pressed {
		if !done {
			return false
		}
	}
	return true
}

func (s *Server) getMessage(id string) (any, *apiError) {
	if m := s.messages[id]; m != nil {
		return m, nil
	}
	return nil, refuse(404, "message.not.found", "Message is not found")
}

// getMessages gives the latest messages of a chat, the newest first.
func (s *Server) getMessages(r *http.Request) (any, *apiError) {
	count := int(numberIn(r, "count"))
	if count == 0 {
		count = 50
	}
	list := []*message{}
	for _, m := range s.messages {
		if m.Recipient.Chat == numberIn(r, "chat_id") {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *message) int { return int(b.Timestamp - a.Timestamp) })
	return map[string]any{"messages": list[:min(count, len(list))]}, nil
}

// Sent is all that the bot has shown in a person's dialogue, in its order.
func (s *Server) Sent(person int64) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.chats[dialogOf(person)]; c != nil {
		return append([]Sent(nil), c.sent...)
	}
	return nil
}
