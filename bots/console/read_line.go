package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"priemnaya/bots"
)

// update is the next one of a chat.
func (a *Adapter) update(chat string) bots.Update {
	a.count++
	n := strconv.FormatInt(a.count, 10)
	return bots.Update{ID: a.cfg.Run + "-" + n, Order: a.count, At: a.cfg.Now(), Chat: chat, User: a.cfg.User, Message: n}
}

// read turns a line into updates.
func (a *Adapter) read(chat, line string) ([]bots.Update, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	verb, rest, _ := strings.Cut(line, " ")
	if verb == "!again" {
		n, err := strconv.Atoi(rest)
		if err != nil {
			return nil, errLine
		}
		past := a.past[chat]
		again := slices.Clone(past[max(0, len(past)-n):])
		slices.Reverse(again)
		return again, nil
	}
	out, err := a.updates(chat, line, verb, rest)
	a.past[chat] = append(a.past[chat], out...)
	if over := len(a.past[chat]) - 100; over > 0 {
		a.past[chat] = slices.Clone(a.past[chat][over:])
	}
	return out, err
}

func (a *Adapter) updates(chat, line, verb, rest string) ([]bots.Update, error) {
	u := a.update(chat)
	switch verb {
	case "!photo", "!file", "!voice":
		return a.files(u, verb, rest)
	case "!place":
		var p bots.Place
		if _, err := fmt.Sscan(rest, &p.Latitude, &p.Longitude); err != nil {
			return nil, errLine
		}
		u.Place = &p
	case "!edit":
		u.Edited, u.Text, u.Message = true, rest, a.latest[chat]
	case "!press":
		u.Press, u.PressID = rest, u.ID
	case "!sticker":
		u.Unknown = true
	case "!leave":
		u.Left = true
	case "/start":
		u.Start, u.Payload = true, rest
	default:
		if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(a.shown[chat]) {
			u.Press, u.PressID = a.shown[chat][n-1].Data, u.ID
			break
		}
		u.Text = strings.ReplaceAll(line, `\n`, "\n")
		a.latest[chat] = u.Message
	}
	return []bots.Update{u}, nil
}

// files sends one file, or several photos as one album: an update for each.
// A text after " | " is the caption of the first.
func (a *Adapter) files(u bots.Update, verb, rest string) ([]bots.Update, error) {
	kind := map[string]bots.FileKind{"!photo": bots.Photo, "!file": bots.Document, "!voice": bots.Voice}[verb]
	list, caption, _ := strings.Cut(rest, " | ")
	paths := strings.Fields(list)
	if len(paths) == 0 {
		return nil, errLine
	}
	album := ""
	if len(paths) > 1 {
		album = "album-" + u.ID
	}
	var out []bots.Update
	for i, path := range paths {
		f, err := fileAt(kind, path)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			u, caption = a.update(u.Chat), ""
		}
		u.Files, u.Album, u.Text = []bots.RemoteFile{f}, album, caption
		out = append(out, u)
	}
	return out, nil
}
