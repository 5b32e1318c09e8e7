package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// Send implements bots.Adapter. A message that Telegram cannot take as one (a
// text above 4096 units, a long text with a file) leaves as several; if one of
// them fails, the next Send of the same message goes on there.
func (a *Adapter) Send(ctx context.Context, chat string, m bots.Message) (string, error) {
	if _, err := strconv.ParseInt(chat, 10, 64); err != nil {
		return "", &bots.SendError{Reason: bots.Gone, Err: errors.New("telegram: no chat ID")}
	}
	keyboard, links, err := keyboardOf(m.Buttons)
	if err != nil {
		return "", err
	}
	if m.File != nil && m.File.Size > sendBytes {
		return "", &bots.SendError{Reason: bots.TooBig, Err: errors.New("telegram: file above 50 MB")}
	}
	texts, caption := layOut(strings.ToValidUTF8(m.Text+links, "\ufffd"), m.File != nil)
	total := len(texts)
	if m.File != nil {
		total++
	}
	if total == 0 {
		return "", &bots.SendError{Reason: bots.Refused, Err: errors.New("telegram: empty message")}
	}
	key, id := wire.KeyOf(chat, m), ""
	for i := a.begun.Resume(key).Parts; i < total; i++ {
		p := tgbotapi.Params{"chat_id": chat}
		p.AddBool("disable_notification", m.Silent || i > 0)
		if i == total-1 && keyboard != "" {
			p["reply_markup"] = keyboard
		}
		if i < len(texts) {
			p["text"], p["link_preview_options"] = texts[i], `{"is_disabled":true}`
			id, err = a.sendOne(ctx, chat, "sendMessage", p, nil)
		} else {
			p.AddNonEmpty("caption", caption)
			id, err = a.sendOne(ctx, chat, "sendDocument", p, m.File)
		}
		if err != nil {
			return "", err
		}
		if total > 1 {
			a.begun.Remember(key, wire.Progress{Parts: i + 1})
		}
	}
	a.begun.Forget(key)
	return id, nil
}

// layOut says which texts leave before the file and which is its caption.
func layOut(text string, file bool) (texts []string, caption string) {
	switch {
	case strings.TrimSpace(text) == "":
		return nil, ""
	case file && wire.Units(text) <= maxCaption:
		return nil, text
	}
	return wire.Cut(text, maxText), ""
}

// sendOne makes one attempt in the chat's turn.
func (a *Adapter) sendOne(ctx context.Context, chat, method string, p tgbotapi.Params, file *bots.Attachment) (string, error) {
	leave, err := a.conf.Pace.Enter(ctx, chat)
	if err != nil {
		return "", wire.WaitError(err)
	}
	defer leave()
	limit := callTime
	var files []tgbotapi.RequestFile
	if file != nil {
		limit = uploadTime
		r, err := file.Open(ctx)
		if err != nil {
			return "", &bots.SendError{Reason: bots.RetryLater, Err: fmt.Errorf("telegram: open file: %w", err)}
		}
		defer r.Close()
		// The library would close the reader only if all goes well.
		files = []tgbotapi.RequestFile{{Name: "document", Data: tgbotapi.FileReader{Name: file.Name, Reader: io.NopCloser(r)}}}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	raw, err := a.call(ctx, method, p, files...)
	if err != nil {
		var e *bots.SendError
		if errors.As(err, &e) && e.Reason == bots.RetryLater && e.After > 0 {
			e.Whole = a.conf.Pace.Pause(chat, e.After)
		}
		return "", err
	}
	var sent struct {
		ID int64 `json:"message_id"`
	}
	if err := json.Unmarshal(raw, &sent); err != nil {
		return "", &bots.SendError{Reason: bots.Unsure, Err: err}
	}
	return strconv.FormatInt(sent.ID, 10), nil
}

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// keyboardOf gives the buttons as JSON, and as lines of text those links that
// Telegram refuses on buttons: addresses of this machine or of a local network.
func keyboardOf(rows [][]bots.Button) (keyboard, links string, err error) {
	var out [][]button
	for _, row := range rows {
		var line []button
		for _, b := range row {
			switch {
			case b.Ask:
			case b.URL != "" && !linkable(b.URL):
				links += "\n" + b.Text + ": " + b.URL
			case b.URL != "":
				line = append(line, button{Text: b.Text, URL: b.URL})
			case b.Data == "" || len(b.Data) > maxCallbackData:
				return "", "", &bots.SendError{Reason: bots.Refused, Err: errors.New("telegram: button data of 1 to 64 bytes wanted")}
			default:
				line = append(line, button{Text: b.Text, Data: b.Data})
			}
		}
		// Telegram shows at most eight buttons in a row.
		for len(line) > 8 {
			out, line = append(out, line[:8]), line[8:]
		}
		if len(line) > 0 {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		return "", links, nil
	}
	raw, err := json.Marshal(map[string]any{"inline_keyboard": out})
	return string(raw), links, err
}

// linkable reports an address that Telegram takes for a button.
func linkable(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "tg" {
		return false
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsUnspecified()
	}
	return strings.Contains(u.Hostname(), ".") || u.Scheme == "tg"
}
