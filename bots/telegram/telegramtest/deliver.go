package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// pending is an update that the bot has not confirmed.
type pending struct {
	id   int
	kind string
	chat int64
	raw  json.RawMessage
	// again is true for a repetition, which is delivered whatever the offset.
	again bool
}

type webhook struct {
	url, secret string
	allowed     []string
	lastError   string
	stop        context.CancelFunc
}

// SecretHeader carries the webhook's secret token.
const SecretHeader = "X-Telegram-Bot-Api-Secret-Token"

// push makes an update of a body, with its number and kind, and queues it; the
// caller holds mu. The update_id is written first, as Telegram does.
func (s *Server) push(kind string, chat int64, body any) {
	s.nextID++
	inner, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	raw, err := json.Marshal(map[string]any{"update_id": s.nextID, kind: json.RawMessage(inner)})
	if err != nil {
		panic(err)
	}
	u := pending{id: s.nextID, kind: kind, chat: chat, raw: raw}
	s.history(u)
	s.updates = append(s.updates, u)
	if s.faults.Repeat {
		u.again = true
		s.updates = append(s.updates, u)
	}
	s.signal()
}

// Inject queues an update as it is written, to act whatever Telegram may send
// one day. It must hold an update_id.
func (s *Server) Inject(raw string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var head struct {
		ID int `json:"update_id"`
	}
	json.Unmarshal([]byte(raw), &head)
	s.updates = append(s.updates, pending{id: head.ID, raw: json.RawMessage(raw)})
	s.nextID = max(s.nextID, head.ID)
	s.signal()
}

// ResetNumbers continues with other update numbers, as Telegram does after a
// week without updates.
func (s *Server) ResetNumbers(from int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID = from
}

// Waiting is how many updates the bot has not confirmed.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates)
}

func (s *Server) getUpdates(ctx context.Context, p params) (any, *apiError) {
	s.mu.Lock()
	if s.hook.url != "" {
		s.mu.Unlock()
		return nil, refuse(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	// A second poll ends the first, which is told so.
	close(s.takeover)
	s.takeover = make(chan struct{})
	mine := s.takeover
	s.pollers++
	s.mu.Unlock()
	defer s.endPoll()
	timer := time.NewTimer(time.Duration(p.int("timeout")) * time.Second)
	defer timer.Stop()
	for {
		s.mu.Lock()
		batch := s.take(p)
		changed := s.changed
		s.mu.Unlock()
		if len(batch) > 0 {
			return batch, nil
		}
		select {
		case <-changed:
		case <-timer.C:
			return []json.RawMessage{}, nil
		case <-mine:
			return nil, refuse(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
		case <-ctx.Done():
			return []json.RawMessage{}, nil
		}
	}
}

func (s *Server) endPoll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pollers--
	s.signal()
}

// Polls is how many calls of getUpdates wait at this moment.
func (s *Server) Polls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pollers
}

// take forgets what the offset confirms and gives what comes next; the caller
// holds mu. Repetitions go out once.
func (s *Server) take(p params) []json.RawMessage {
	offset, before := int(p.int("offset")), len(s.updates)
	if offset > 0 {
		s.updates = slices.DeleteFunc(s.updates, func(u pending) bool { return u.id < offset && !u.again })
	}
	limit := int(p.int("limit"))
	if limit <= 0 || limit > 100 {
		limit = 100
	}
	var allowed []string
	p.bind("allowed_updates", &allowed)
	var out []json.RawMessage
	keep := s.updates[:0:0]
	for _, u := range s.updates {
		if len(out) == limit || len(allowed) > 0 && u.kind != "" && !slices.Contains(allowed, u.kind) {
			if len(out) == limit {
				keep = append(keep, u)
			}
			continue
		}
		out = append(out, u.raw)
		if !u.again {
			keep = append(keep, u)
		}
	}
	if s.updates = keep; len(keep) != before {
		s.signal()
	}
	if s.faults.Shuffle {
		slices.Reverse(out)
	}
	return out
}

func (s *Server) setWebhook(p params) (any, *apiError) {
	u, err := url.Parse(p.get("url"))
	if err != nil || p.get("url") != "" && u.Scheme != "https" && !strings.HasPrefix(u.Host, "127.0.0.1") {
		return nil, refuse(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
	}
	for _, c := range p.get("secret_token") {
		if !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", c) {
			return nil, refuse(400, "Bad Request: secret token contains unallowed characters")
		}
	}
	s.endWebhook()
	if p.get("url") == "" {
		return true, nil
	}
	s.hook = webhook{url: p.get("url"), secret: p.get("secret_token")}
	p.bind("allowed_updates", &s.hook.allowed)
	var ctx context.Context
	ctx, s.hook.stop = context.WithCancel(context.Background())
	go s.deliver(ctx, s.hook)
	return true, nil
}

func (s *Server) endWebhook() {
	if s.hook.stop != nil {
		s.hook.stop()
	}
	s.hook = webhook{}
}

func (s *Server) deleteWebhook(params) (any, *apiError) {
	s.endWebhook()
	return true, nil
}

func (s *Server) getWebhookInfo(params) (any, *apiError) {
	return map[string]any{"url": s.hook.url, "has_custom_certificate": false,
		"pending_update_count": len(s.updates), "last_error_message": s.hook.lastError}, nil
}

// Close ends the delivery to a webhook.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endWebhook()
}

// deliver posts waiting updates one by one until the webhook takes each.
func (s *Server) deliver(ctx context.Context, hook webhook) {
	pause := 20 * time.Millisecond
	for {
		s.mu.Lock()
		changed := s.changed
		var next *pending
		if len(s.updates) > 0 {
			n := 0
			if s.faults.Shuffle {
				n = len(s.updates) - 1
			}
			next = &s.updates[n]
		}
		var u pending
		if next != nil {
			u = *next
		}
		s.mu.Unlock()
		if next == nil {
			select {
			case <-changed:
				continue
			case <-ctx.Done():
				return
			}
		}
		if len(hook.allowed) > 0 && u.kind != "" && !slices.Contains(hook.allowed, u.kind) || s.post(ctx, hook, u) {
			s.confirm(u)
			continue
		}
		// The real one pauses longer and longer.
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) confirm(u pending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, w := range s.updates {
		if w.id == u.id && w.again == u.again {
			s.updates = slices.Delete(s.updates, i, i+1)
			s.signal()
			return
		}
	}
}

func (s *Server) post(ctx context.Context, hook webhook, u pending) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.url, bytes.NewReader(u.raw))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	if hook.secret != "" {
		req.Header.Set(SecretHeader, hook.secret)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	if res.StatusCode/100 == 2 {
		return true
	}
	s.mu.Lock()
	s.hook.lastError = "Wrong response from the webhook: " + res.Status
	s.mu.Unlock()
	return false
}
