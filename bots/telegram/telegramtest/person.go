package telegramtest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Person is a simulated user in his private dialogue with the bot. His ID is
// that of the chat.
type Person struct {
	s        *Server
	ID       int64
	Language string
}

// File is what a person attaches.
type File struct {
	// Kind is photo, document, voice, audio or video.
	Kind string
	Name string
	Type string
	Data []byte
	// Size is what Telegram says of it; 0 means the length of Data.
	Size int64
}

// Person gives the user with this ID, who is made at the first call.
func (s *Server) Person(id int64, language string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chatOf(id).language = language
	return &Person{s: s, ID: id, Language: language}
}

type chatShape struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	FirstName string `json:"first_name,omitempty"`
}

func privateChat(id int64) chatShape {
	return chatShape{ID: id, Type: "private", FirstName: fmt.Sprintf("User %d", id)}
}

func (p *Person) user() user {
	return user{ID: p.ID, FirstName: fmt.Sprintf("User %d", p.ID), Username: fmt.Sprintf("user%d", p.ID), Language: p.Language}
}

// message makes the body of a new message and counts it; the caller holds mu.
func (p *Person) message(more map[string]any) map[string]any {
	c := p.s.chatOf(p.ID)
	m := map[string]any{"message_id": c.nextMsg, "from": p.user(), "chat": privateChat(p.ID), "date": p.s.now().Unix()}
	c.nextMsg++
	for k, v := range more {
		m[k] = v
	}
	return m
}

func (p *Person) say(more map[string]any) int {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.message(more)
	p.s.push("message", p.ID, m)
	return m["message_id"].(int)
}

// Say sends a text and returns the number of the message.
func (p *Person) Say(text string) int {
	more := map[string]any{"text": text}
	if strings.HasPrefix(text, "/") {
		end := len(strings.Fields(text)[0])
		more["entities"] = []map[string]any{{"type": "bot_command", "offset": 0, "length": end}}
	}
	return p.say(more)
}

// Edit replaces the text of an earlier message.
func (p *Person) Edit(message int, text string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	now := p.s.now().Unix()
	p.s.push("edited_message", p.ID, map[string]any{"message_id": message, "from": p.user(), "chat": privateChat(p.ID),
		"date": now, "edit_date": now, "text": text})
}

// SendPlace sends a location.
func (p *Person) SendPlace(latitude, longitude float64) {
	p.say(map[string]any{"location": map[string]any{"latitude": latitude, "longitude": longitude}})
}

// SendSticker sends what no bot can read.
func (p *Person) SendSticker() {
	p.say(map[string]any{"sticker": map[string]any{"file_id": "sticker", "file_unique_id": "us", "type": "regular",
		"width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": "🙂"}})
}

// SendFiles sends files: album joins them by a media group, as Telegram does,
// and puts the caption on the first.
func (p *Person) SendFiles(caption string, album bool, files ...File) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	group := ""
	if album {
		group = fmt.Sprintf("13%d%d", p.ID, p.s.nextID)
	}
	for i, f := range files {
		more := p.attach(f)
		if i == 0 && caption != "" {
			more["caption"] = caption
		}
		if group != "" {
			more["media_group_id"] = group
		}
		p.s.push("message", p.ID, p.message(more))
	}
}

// attach stores a file and gives its shape in a message; the caller holds mu.
func (p *Person) attach(f File) map[string]any {
	id := fmt.Sprintf("AgACAgIAAx%06d", len(p.s.files)+1)
	size := f.Size
	if size == 0 {
		size = int64(len(f.Data))
	}
	p.s.files[id] = &storedFile{path: f.Kind + "s/file_" + id, data: f.Data, size: size}
	one := map[string]any{"file_id": id, "file_unique_id": "u" + id, "file_size": size}
	switch f.Kind {
	case "photo":
		// Telegram gives a small picture first and the largest last.
		small := map[string]any{"file_id": id + "s", "file_unique_id": "us" + id, "width": 90, "height": 67, "file_size": 1253}
		one["width"], one["height"] = 1280, 960
		return map[string]any{"photo": []any{small, one}}
	case "voice":
		one["duration"], one["mime_type"] = 7, "audio/ogg"
	case "video", "audio":
		one["duration"], one["file_name"], one["mime_type"] = 7, f.Name, f.Type
	default:
		one["file_name"], one["mime_type"] = f.Name, f.Type
	}
	return map[string]any{f.Kind: one}
}

// Press presses the latest button with this data and reports whether there is
// one.
func (p *Person) Press(data string) bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	c := p.s.chatOf(p.ID)
	for _, m := range slices.Backward(c.sent) {
		for _, row := range m.Buttons {
			if !slices.ContainsFunc(row, func(b Button) bool { return b.Data != "" && b.Data == data }) {
				continue
			}
			id := fmt.Sprintf("43%d%d", p.ID, p.s.nextID)
			p.s.pressed[id] = &press{chat: p.ID}
			p.s.push("callback_query", p.ID, map[string]any{"id": id, "from": p.user(), "chat_instance": "-42", "data": data,
				"message": map[string]any{"message_id": m.ID, "from": p.s.bot(), "chat": privateChat(p.ID), "date": m.At.Unix(),
					"text": m.Text, "reply_markup": markup{m.Buttons}}})
			return true
		}
	}
	return false
}

// Block blocks the bot; Unblock lets it write again.
func (p *Person) Block() { p.member("member", "kicked", true) }

// Unblock lets the bot write again.
func (p *Person) Unblock() { p.member("kicked", "member", false) }

func (p *Person) member(from, to string, blocked bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.chatOf(p.ID).blocked = blocked
	p.s.push("my_chat_member", p.ID, map[string]any{"chat": privateChat(p.ID), "from": p.user(), "date": time.Now().Unix(),
		"old_chat_member": map[string]any{"user": p.s.bot(), "status": from},
		"new_chat_member": map[string]any{"user": p.s.bot(), "status": to, "until_date": 0}})
}

// SayInGroup sends a text in a chat of several people.
func (p *Person) SayInGroup(group int64, text string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.message(map[string]any{"text": text})
	m["chat"] = map[string]any{"id": group, "type": "supergroup", "title": "Дом 5"}
	p.s.push("message", group, m)
}

// history remembers the latest updates of each chat; the caller holds mu.
func (s *Server) history(u pending) {
	c := s.chatOf(u.chat)
	c.past = append(c.past, u)
	if len(c.past) > 200 {
		c.past = c.past[100:]
	}
}

// Repeat delivers the latest n updates of the person again, byte for byte.
func (p *Person) Repeat(n int) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	past := p.s.chatOf(p.ID).past
	for _, u := range past[max(0, len(past)-n):] {
		u.again = true
		p.s.updates = append(p.s.updates, u)
	}
	p.s.signal()
}
