package maxtest

import (
	"fmt"
	"slices"
)

// Person is a simulated user in his dialogue with the bot.
type Person struct {
	s        *Server
	ID       int64
	Language string
}

// File is what a person attaches.
type File struct {
	// Kind is image, file, audio or video.
	Kind string
	Name string
	Data []byte
	// Size is what MAX says of it; 0 means the length of Data.
	Size int64
}

// Person gives the user with this ID; his dialogue is made at the first call.
func (s *Server) Person(id int64, language string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chats[dialogOf(id)] == nil {
		s.chats[dialogOf(id)] = &chat{user: id}
	}
	s.chats[dialogOf(id)].language = language
	return &Person{s: s, ID: id, Language: language}
}

// Dialog is the ID of the chat.
func (p *Person) Dialog() int64 { return dialogOf(p.ID) }

func (p *Person) user() user {
	return user{ID: p.ID, FirstName: "User", LastName: fmt.Sprint(p.ID), Name: fmt.Sprintf("User %d", p.ID), Active: p.s.clock}
}

// Start opens the dialogue by a link with a payload, "" without one.
func (p *Person) Start(payload string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.chats[p.Dialog()].suspended = false
	u := map[string]any{"chat_id": p.Dialog(), "user": p.user(), "user_locale": p.Language}
	if payload != "" {
		u["payload"] = payload
	}
	p.s.push("bot_started", p.Dialog(), p.s.tick(), u)
}

// write sends a message and returns its ID.
func (p *Person) write(text string, attachments ...any) string {
	at := p.s.tick()
	m := &message{Sender: p.user(), Recipient: recipient{p.Dialog(), "dialog", 900001}, Timestamp: at,
		Body: body{Mid: fmt.Sprintf("mid.%016x%016x", p.Dialog(), at), Seq: at << 16, Text: text, Attachments: attachments}}
	p.s.messages[m.Body.Mid] = m
	p.s.push("message_created", p.Dialog(), at, map[string]any{"message": m, "user_locale": p.Language})
	return m.Body.Mid
}

// Say sends a text and returns the message's ID.
func (p *Person) Say(text string) string {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.write(text)
}

// Edit replaces the text of an earlier message.
func (p *Person) Edit(mid, text string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := *p.s.messages[mid]
	m.Body.Text = text
	p.s.messages[mid] = &m
	p.s.push("message_edited", p.Dialog(), p.s.tick(), map[string]any{"message": m})
}

// SendFiles sends files. In MAX an album is one message with several.
func (p *Person) SendFiles(caption string, files ...File) string {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	var list []any
	for _, f := range files {
		list = append(list, p.s.keep(f))
	}
	return p.write(caption, list...)
}

// Forward sends another message on, with its files.
func (p *Person) Forward(text string, files ...File) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	var list []any
	for _, f := range files {
		list = append(list, p.s.keep(f))
	}
	at := p.s.tick()
	m := &message{Sender: p.user(), Recipient: recipient{p.Dialog(), "dialog", 900001}, Timestamp: at,
		Body: body{Mid: fmt.Sprintf("mid.f%015x%016x", p.Dialog(), at), Seq: at << 16},
		Link: map[string]any{"type": "forward", "message": body{Mid: "mid.original", Text: text, Attachments: list}}}
	p.s.messages[m.Body.Mid] = m
	p.s.push("message_created", p.Dialog(), at, map[string]any{"message": m, "user_locale": p.Language})
}

// SendPlace sends a location.
func (p *Person) SendPlace(latitude, longitude float64) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.write("", map[string]any{"type": "location", "latitude": latitude, "longitude": longitude})
}

// SendSticker sends what no bot can read.
func (p *Person) SendSticker() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.write("", map[string]any{"type": "sticker", "payload": map[string]any{"url": "https://i.oneme.ru/s", "code": "1"}, "width": 256, "height": 256})
}

// Press presses the latest button with this payload and reports whether there
// is one.
func (p *Person) Press(payload string) bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for _, m := range slices.Backward(p.s.chats[p.Dialog()].sent) {
		for _, row := range m.Buttons {
			if !slices.ContainsFunc(row, func(b Button) bool { return b.Type == "callback" && b.Payload == payload }) {
				continue
			}
			at := p.s.tick()
			id := fmt.Sprintf("cb%x_%x", p.ID, at)
			p.s.pressed[id] = false
			p.s.push("message_callback", p.Dialog(), at, map[string]any{"message": p.s.messages[m.ID], "user_locale": p.Language,
				"callback": map[string]any{"timestamp": at, "callback_id": id, "payload": payload, "user": p.user()}})
			return true
		}
	}
	return false
}

// Stop stops the bot, as its settings let a person do.
func (p *Person) Stop() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.chats[p.Dialog()].suspended = true
	p.s.push("bot_stopped", p.Dialog(), p.s.tick(), map[string]any{"chat_id": p.Dialog(), "user": p.user(), "user_locale": p.Language})
}

// SayInGroup sends a text in a chat of several people.
func (p *Person) SayInGroup(group int64, text string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	at := p.s.tick()
	p.s.push("message_created", group, at, map[string]any{"message": message{Sender: p.user(), Recipient: recipient{Chat: group, Type: "chat"},
		Timestamp: at, Body: body{Mid: fmt.Sprintf("mid.g%x", at), Text: text}}})
}

// Repeat delivers the latest n updates of the person again, byte for byte.
func (p *Person) Repeat(n int) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	past := p.s.chats[p.Dialog()].past
	for _, u := range past[max(0, len(past)-n):] {
		p.s.append(u)
	}
}
