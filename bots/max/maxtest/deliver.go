package maxtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// SecretHeader carries the secret of a subscription.
const SecretHeader = "X-Max-Bot-Api-Secret"

// pending is an update; its place in the stream is the marker that follows it.
type pending struct {
	place int64
	kind  string
	chat  int64
	raw   json.RawMessage
}

type hook struct {
	url, secret string
	types       []string
	queue       []pending
	stop        context.CancelFunc
	since       int64
}

// push adds an update to the stream; mu is held.
func (s *Server) push(kind string, chat int64, at int64, body map[string]any) {
	body["update_type"], body["timestamp"] = kind, at
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	u := pending{kind: kind, chat: chat, raw: raw}
	if c := s.chats[chat]; c != nil {
		if c.past = append(c.past, u); len(c.past) > 200 {
			c.past = c.past[100:]
		}
	}
	s.append(u)
	if s.faults.Repeat {
		s.append(u)
	}
}

func (s *Server) append(u pending) {
	s.marker++
	u.place = s.marker
	if len(s.hooks) == 0 {
		s.log = append(s.log, u)
	}
	// MAX delivers to each subscription.
	for _, h := range s.hooks {
		h.queue = append(h.queue, u)
	}
	s.signal()
}

// Inject adds an update as it is written.
func (s *Server) Inject(raw string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.append(pending{raw: json.RawMessage(raw)})
}

// Waiting is how many updates the bot has not confirmed.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.log)
	for _, h := range s.hooks {
		n += len(h.queue)
	}
	return n
}

func (s *Server) getUpdates(r *http.Request) (any, *apiError) {
	seconds := int64(30)
	if r.URL.Query().Has("timeout") {
		seconds = numberIn(r, "timeout")
	}
	if seconds < 0 || seconds > 90 {
		return nil, refuse(400, "proto.payload", "timeout: must be between 0 and 90")
	}
	timer := time.NewTimer(time.Duration(seconds) * time.Second)
	defer timer.Stop()
	for {
		s.mu.Lock()
		if len(s.hooks) > 0 {
			s.mu.Unlock()
			return nil, refuse(405, "method.not.allowed", "Long polling is off while the bot has a webhook subscription")
		}
		out, marker := s.take(r)
		changed := s.changed
		s.mu.Unlock()
		if len(out) > 0 {
			return map[string]any{"updates": out, "marker": marker}, nil
		}
		select {
		case <-changed:
		case <-timer.C:
			return map[string]any{"updates": []any{}, "marker": marker}, nil
		case <-r.Context().Done():
			return map[string]any{"updates": []any{}, "marker": marker}, nil
		}
	}
}

// take forgets what a marker confirms and gives what follows it; without a
// marker, the latest update only. mu is held.
func (s *Server) take(r *http.Request) (out []json.RawMessage, marker int64) {
	before := len(s.log)
	if from := r.URL.Query().Get("marker"); from != "" && from != "null" {
		s.log = slices.DeleteFunc(s.log, func(u pending) bool { return u.place < numberIn(r, "marker") })
	} else if len(s.log) > 1 {
		s.log = s.log[len(s.log)-1:]
	}
	if len(s.log) != before {
		s.signal()
	}
	limit := int(numberIn(r, "limit"))
	if limit <= 0 {
		limit = 100
	}
	var types []string
	if t := r.URL.Query().Get("types"); t != "" {
		types = strings.Split(t, ",")
	}
	marker = s.marker + 1
	for _, u := range s.log {
		if len(out) == limit {
			marker = u.place
			break
		}
		if len(types) == 0 || u.kind == "" || slices.Contains(types, u.kind) {
			out = append(out, u.raw)
		}
	}
	if s.faults.Shuffle {
		slices.Reverse(out)
	}
	return out, marker
}

func (s *Server) getSubscriptions(*http.Request) (any, *apiError) {
	list := []map[string]any{}
	for _, h := range s.hooks {
		list = append(list, map[string]any{"url": h.url, "time": h.since, "update_types": h.types})
	}
	return map[string]any{"subscriptions": list}, nil
}

var secretForm = regexp.MustCompile(`^[a-zA-Z0-9_-]{5,256}$`)

func (s *Server) subscribe(r *http.Request) (any, *apiError) {
	var in struct {
		URL    string   `json:"url"`
		Types  []string `json:"update_types"`
		Secret string   `json:"secret"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, refuse(400, "proto.payload", "Body is not JSON")
	}
	u, err := url.Parse(in.URL)
	if err != nil || u.Scheme != "https" && !strings.HasPrefix(u.Host, "127.0.0.1") {
		return nil, refuse(400, "proto.payload", "url: must be an HTTPS address")
	}
	if in.Secret != "" && !secretForm.MatchString(in.Secret) {
		return nil, refuse(400, "proto.payload", "secret: does not match ^[a-zA-Z0-9_-]{5,256}$")
	}
	s.drop(in.URL)
	h := &hook{url: in.URL, secret: in.Secret, types: in.Types, since: s.clock, queue: s.log}
	s.log = nil
	s.hooks[in.URL] = h
	var ctx context.Context
	ctx, h.stop = context.WithCancel(context.Background())
	go s.deliver(ctx, h)
	return success, nil
}

func (s *Server) unsubscribe(r *http.Request) (any, *apiError) {
	s.drop(r.URL.Query().Get("url"))
	return success, nil
}

func (s *Server) drop(address string) {
	if h := s.hooks[address]; h != nil {
		h.stop()
		delete(s.hooks, address)
		if len(s.hooks) == 0 {
			s.log = append(h.queue, s.log...)
		}
		s.signal()
	}
}

// Close ends the delivery to webhooks.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for address := range s.hooks {
		s.drop(address)
	}
}

// deliver posts a subscription's updates until each is answered 200.
func (s *Server) deliver(ctx context.Context, h *hook) {
	for {
		s.mu.Lock()
		changed := s.changed
		n := 0
		if s.faults.Shuffle {
			n = len(h.queue) - 1
		}
		var next *pending
		if len(h.queue) > 0 {
			u := h.queue[n]
			next = &u
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
		wanted := len(h.types) == 0 || next.kind == "" || slices.Contains(h.types, next.kind)
		if !wanted || post(ctx, h, *next) {
			s.mu.Lock()
			h.queue = slices.DeleteFunc(h.queue, func(u pending) bool { return u.place == next.place })
			s.signal()
			s.mu.Unlock()
			continue
		}
		// The real one waits a minute and then longer and longer.
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return
		}
	}
}

func post(ctx context.Context, h *hook, u pending) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(u.raw))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		req.Header.Set(SecretHeader, h.secret)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode == http.StatusOK
}
