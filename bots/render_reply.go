package bots

import (
	"context"
	"io"
	"strings"
	"unicode/utf8"

	"priemnaya/casework"
)

// rendering is a reply with what decides its words.
type rendering struct {
	reply Reply
	at    At
	lang  string
	again bool
}

// labelRunes is the longest text of a button.
const labelRunes = 40

// deliver renders a reply and sends it. A text that is too long for one message
// leaves in several; only the last has the buttons.
func (a *Attendant) deliver(ctx context.Context, x Adapter, chat string, r rendering) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseOfSending/2)
	defer cancel()
	m := a.render(r)
	able := x.Abilities()
	if !fitsFile(m.File, able) {
		m.File = nil
		m.Text += "\n" + a.cfg.Set.T(r.lang, "bot.file.on_site", map[string]any{"Site": a.cfg.Site})
	}
	pieces := split(m.Text, able.TextRunes)
	for i, piece := range pieces {
		part := Message{Text: piece, Silent: m.Silent}
		if i == len(pieces)-1 {
			part.Buttons, part.File = m.Buttons, m.File
		}
		if id, err = x.Send(ctx, chat, part); err != nil {
			return id, err
		}
	}
	return id, nil
}

func fitsFile(f *Attachment, able Abilities) bool {
	return f == nil || able.SendBytes == 0 || f.Size <= able.SendBytes
}

// split cuts a text at the ends of lines or words.
func split(text string, most int) []string {
	if most <= 0 {
		most = 4000
	}
	var out []string
	for utf8.RuneCountInString(text) > most {
		head := clip(text, most)
		for _, end := range []string{"\n", " "} {
			if i := strings.LastIndex(head, end); i > len(head)/2 {
				head = head[:i+1]
				break
			}
		}
		out = append(out, strings.TrimRight(head, "\n "))
		text = text[len(head):]
	}
	return append(out, text)
}

func (a *Attendant) render(r rendering) Message {
	var blocks []string
	if r.again {
		blocks = append(blocks, a.cfg.Set.T(r.lang, "bot.again", nil))
	}
	if r.reply.Text != "" {
		blocks = append(blocks, a.text(r.lang, r.reply.Text, r.reply.Data, r.reply.N))
	}
	if r.reply.Raw != "" {
		blocks = append(blocks, r.reply.Raw)
	}
	list := ""
	for _, l := range r.reply.More {
		line := l.Raw
		if l.Text != "" {
			line = a.text(r.lang, l.Text, l.Data, nil)
		}
		// Short lines of a list stand together.
		if strings.HasPrefix(line, "•") {
			list += line + "\n"
			continue
		}
		if list != "" {
			blocks = append(blocks, strings.TrimRight(list, "\n"))
			list = ""
		}
		blocks = append(blocks, line)
	}
	if list != "" {
		blocks = append(blocks, strings.TrimRight(list, "\n"))
	}
	m := Message{Text: strings.Join(blocks, "\n\n"), Silent: r.reply.Silent, File: a.attachment(r.reply.File)}
	for _, row := range r.reply.Rows {
		m.Buttons = append(m.Buttons, a.buttons(r.lang, row))
	}
	if !r.reply.Plain {
		m.Buttons = append(m.Buttons, a.buttons(r.lang, exits(r.at, a.cfg.Site, r.lang)))
	}
	return m
}

func (a *Attendant) text(lang, id string, data map[string]string, n *int) string {
	values := make(map[string]any, len(data))
	for k, v := range data {
		values[k] = v
	}
	if n != nil {
		return a.cfg.Set.T(lang, id, values, *n)
	}
	return a.cfg.Set.T(lang, id, values)
}

func (a *Attendant) buttons(lang string, row []Choice) []Button {
	var out []Button
	for _, c := range row {
		label := c.Label
		if c.Text != "" {
			label = a.cfg.Set.T(lang, c.Text, nil)
		}
		if utf8.RuneCountInString(label) > labelRunes {
			label = strings.TrimSpace(clip(label, labelRunes-1)) + "…"
		}
		out = append(out, Button{Text: label, Data: c.Data, URL: c.URL, Ask: c.Ask})
	}
	return out
}

func (a *Attendant) attachment(f *casework.File) *Attachment {
	if f == nil {
		return nil
	}
	size := f.WorkSize
	if size == 0 {
		size = f.Size
	}
	return &Attachment{Name: f.Name, Type: f.Type, Size: size,
		Open: func(ctx context.Context) (io.ReadCloser, error) { return a.cfg.Files.Open(ctx, *f) }}
}
