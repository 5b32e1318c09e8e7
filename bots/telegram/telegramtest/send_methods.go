package telegramtest

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Sent is one message of the bot as the user sees it.
type Sent struct {
	ID      int
	Method  string
	Text    string
	Buttons [][]Button
	// File is the name of a document or photo, Data its contents.
	File string
	Data []byte
	// Silent is true if it came without a sound.
	Silent bool
	At     time.Time
}

// Button is an inline button in the shape of the Bot API.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

type markup struct {
	Inline [][]Button `json:"inline_keyboard"`
}

// target finds the chat of a send or says why nothing can be sent there.
func (s *Server) target(p params) (int64, *chat, *apiError) {
	id, err := strconv.ParseInt(p.get("chat_id"), 10, 64)
	if err != nil {
		return 0, nil, refuse(400, "Bad Request: chat_id is empty")
	}
	c := s.chats[id]
	if c == nil {
		return 0, nil, refuse(400, "Bad Request: chat not found")
	}
	if c.blocked {
		return 0, nil, refuse(403, "Forbidden: bot was blocked by the user")
	}
	return id, c, nil
}

// units counts as Telegram does.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

func (s *Server) keep(p params, m Sent) (any, *apiError) {
	id, c, refused := s.target(p)
	if refused != nil {
		return nil, refused
	}
	var k markup
	if err := p.bind("reply_markup", &k); err != nil {
		return nil, refuse(400, "Bad Request: can't parse reply keyboard markup JSON object")
	}
	if refused := checkButtons(k.Inline); refused != nil {
		return nil, refused
	}
	m.ID, m.Buttons, m.At, m.Silent = c.nextMsg, k.Inline, s.now(), p.get("disable_notification") == "true"
	c.nextMsg++
	c.sent = append(c.sent, m)
	s.signal()
	out := map[string]any{"message_id": m.ID, "from": s.bot(), "chat": privateChat(id), "date": m.At.Unix()}
	if m.Method == "sendMessage" {
		out["text"] = m.Text
	}
	return out, nil
}

func checkButtons(rows [][]Button) *apiError {
	for _, row := range rows {
		if len(row) > 8 {
			return refuse(400, "Bad Request: too many buttons in a row")
		}
		for _, b := range row {
			switch {
			case b.Text == "":
				return refuse(400, "Bad Request: inline keyboard button text is empty")
			case len(b.Data) > MaxCallbackData:
				return refuse(400, "Bad Request: BUTTON_DATA_INVALID")
			case (b.Data == "") == (b.URL == ""):
				return refuse(400, "Bad Request: Text buttons are unallowed in the inline keyboard")
			case b.URL != "" && !publicAddress(b.URL):
				return refuse(400, "Bad Request: inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
			}
		}
	}
	return nil
}

// publicAddress is Telegram's rule for links of buttons: no bare host names
// and no private addresses.
func publicAddress(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "tg" {
		return false
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return !ip.IsLoopback() && !ip.IsPrivate()
	}
	return strings.Contains(u.Hostname(), ".")
}

func (s *Server) sendMessage(p params) (any, *apiError) {
	text := p.get("text")
	switch {
	case p.get("parse_mode") != "":
		return nil, refuse(400, "Bad Request: this server takes plain text; parse_mode is not supported")
	case strings.TrimSpace(text) == "":
		return nil, refuse(400, "Bad Request: message text is empty")
	case units(text) > MaxText:
		return nil, refuse(400, "Bad Request: message is too long")
	}
	return s.keep(p, Sent{Method: "sendMessage", Text: text})
}

func (s *Server) sendMedia(p params, method, field string) (any, *apiError) {
	f, ok := p.files[field]
	if !ok {
		return nil, refuse(400, "Bad Request: there is no %s in the request", field)
	}
	if units(p.get("caption")) > MaxCaption {
		return nil, refuse(400, "Bad Request: message caption is too long")
	}
	if len(f.data) == 0 {
		return nil, refuse(400, "Bad Request: file must be non-empty")
	}
	return s.keep(p, Sent{Method: method, Text: p.get("caption"), File: f.name, Data: f.data})
}

func (s *Server) sendPhoto(p params) (any, *apiError) { return s.sendMedia(p, "sendPhoto", "photo") }

func (s *Server) sendDocument(p params) (any, *apiError) {
	return s.sendMedia(p, "sendDocument", "document")
}

func (s *Server) sendLocation(p params) (any, *apiError) {
	return s.keep(p, Sent{Method: "sendLocation", Text: p.get("latitude") + "," + p.get("longitude")})
}

func (s *Server) editMarkup(p params) (any, *apiError) {
	_, c, refused := s.target(p)
	if refused != nil {
		return nil, refused
	}
	for i := range c.sent {
		if c.sent[i].ID == int(p.int("message_id")) {
			var k markup
			p.bind("reply_markup", &k)
			c.sent[i].Buttons = k.Inline
			return true, nil
		}
	}
	return nil, refuse(400, "Bad Request: message to edit not found")
}

// Sent is all that the bot has shown in a chat, in its order.
func (s *Server) Sent(chat int64) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.chats[chat]; c != nil {
		return append([]Sent(nil), c.sent...)
	}
	return nil
}

// Changed is closed at the next change of anything: a wait without polling.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}
