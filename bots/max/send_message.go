package max

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// readyTries is how often a message with an upload that is not ready is tried
// within one Send.
const readyTries = 4

type outgoing struct {
	Text        string    `json:"text"`
	Attachments []outward `json:"attachments,omitempty"`
	Notify      bool      `json:"notify"`
}

type outward struct {
	Type    string         `json:"type"`
	Payload map[string]any `json:"payload"`
}

type button struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
}

// Send implements bots.Adapter. A text above the limit leaves as several
// messages, the last with file and buttons; if one of them fails, the next
// Send of the same message goes on there.
func (a *Adapter) Send(ctx context.Context, chat string, m bots.Message) (string, error) {
	if _, err := strconv.ParseInt(chat, 10, 64); err != nil {
		return "", &bots.SendError{Reason: bots.Gone, Err: errors.New("max: no chat ID")}
	}
	rows, err := rowsOf(m.Buttons)
	if err != nil {
		return "", err
	}
	if strings.TrimSpace(m.Text) == "" && m.File == nil {
		return "", &bots.SendError{Reason: bots.Refused, Err: errors.New("max: empty message")}
	}
	texts := wire.Cut(strings.ToValidUTF8(m.Text, "\ufffd"), maxText)
	key, id := wire.KeyOf(chat, m), ""
	done := a.begun.Resume(key)
	for i := done.Parts; i < len(texts); i++ {
		out := outgoing{Text: texts[i], Notify: !m.Silent && i == 0}
		if i == len(texts)-1 {
			if m.File != nil && done.Token == "" {
				if done.Token, err = a.upload(ctx, m.File); err != nil {
					return "", err
				}
				a.begun.Remember(key, done)
			}
			out.Attachments = attachments(done.Token, rows)
		}
		if id, err = a.sendReady(ctx, chat, out); err != nil {
			return "", err
		}
		done.Parts++
		if len(texts) > 1 {
			a.begun.Remember(key, done)
		}
	}
	a.begun.Forget(key)
	return id, nil
}

func attachments(token string, rows [][]button) (out []outward) {
	if token != "" {
		out = append(out, outward{"file", map[string]any{"token": token}})
	}
	if len(rows) > 0 {
		out = append(out, outward{"inline_keyboard", map[string]any{"buttons": rows}})
	}
	return out
}

// sendReady sends and tries again while MAX still looks through the file.
func (a *Adapter) sendReady(ctx context.Context, chat string, out outgoing) (id string, err error) {
	pause := a.conf.Pause
	for try := 1; ; try++ {
		id, err = a.sendOne(ctx, chat, out)
		if codeOf(err) != notReady || try == readyTries || ctx.Err() != nil {
			return id, err
		}
		wire.Sleep(ctx, pause)
		pause *= 2
	}
}

// sendOne makes one attempt in the dialogue's turn.
func (a *Adapter) sendOne(ctx context.Context, chat string, out outgoing) (string, error) {
	leave, err := a.conf.Pace.Enter(ctx, chat)
	if err != nil {
		return "", wire.WaitError(err)
	}
	defer leave()
	one, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	var reply struct {
		Message message `json:"message"`
	}
	err = a.call(one, request{method: http.MethodPost, path: "/messages", body: out,
		query: url.Values{"chat_id": {chat}, "disable_link_preview": {"true"}}}, &reply)
	switch wire.ReasonOf(err) {
	case "":
		if reply.Message.Body == nil || reply.Message.Body.Mid == "" {
			return "", &bots.SendError{Reason: bots.Unsure, Err: errors.New("max: a reply without a message ID")}
		}
		a.saw(chat, reply.Message.Timestamp)
		return reply.Message.Body.Mid, nil
	case bots.Unsure:
		if id := a.arrived(ctx, chat, out.Text); id != "" {
			return id, nil
		}
	case bots.RetryLater:
		var e *bots.SendError
		if errors.As(err, &e) && e.After > 0 && codeOf(err) != notReady {
			e.Whole = a.conf.Pace.Pause(chat, e.After)
		}
	}
	return "", err
}

// saw notes the time of a message of a dialogue.
func (a *Adapter) saw(chat string, at int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.latest) > 20_000 {
		clear(a.latest)
	}
	a.latest[chat] = max(a.latest[chat], at)
}

// arrived looks for a message of ours that is newer than anything we knew of
// the dialogue, and gives its ID, "" if it is not seen.
func (a *Adapter) arrived(ctx context.Context, chat, text string) string {
	a.mu.Lock()
	since, known := a.latest[chat]
	a.mu.Unlock()
	if !known || text == "" || a.conf.Pace.Tick(ctx) != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	var list struct {
		Messages []message `json:"messages"`
	}
	if a.call(ctx, request{method: http.MethodGet, path: "/messages", query: url.Values{"chat_id": {chat}, "count": {"10"}}}, &list) != nil {
		return ""
	}
	for _, m := range list.Messages {
		if m.Timestamp > since && m.Sender != nil && m.Sender.IsBot && m.Body != nil && m.Body.Text == text {
			a.saw(chat, m.Timestamp)
			return m.Body.Mid
		}
	}
	return ""
}

// rowsOf gives the buttons in the form of MAX, in rows it accepts.
func rowsOf(in [][]bots.Button) ([][]button, error) {
	var out [][]button
	for _, row := range in {
		var line []button
		wide := false
		for _, b := range row {
			switch {
			case b.Ask:
				line, wide = append(line, button{Type: "request_geo_location", Text: b.Text}), true
			case b.URL != "":
				line, wide = append(line, button{Type: "link", Text: b.Text, URL: b.URL}), true
			case b.Data == "" || len(b.Data) > maxPayload:
				return nil, &bots.SendError{Reason: bots.Refused, Err: errors.New("max: button data of 1 to 1024 bytes wanted")}
			default:
				line = append(line, button{Type: "callback", Text: b.Text, Payload: b.Data})
			}
		}
		width := maxInRow
		if wide {
			width = maxWide
		}
		for len(line) > width {
			out, line = append(out, line[:width]), line[width:]
		}
		if len(line) > 0 {
			out = append(out, line)
		}
	}
	if len(out) > maxRows {
		return nil, &bots.SendError{Reason: bots.Refused, Err: errors.New("max: more than 30 rows of buttons")}
	}
	return out, nil
}
