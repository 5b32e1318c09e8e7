package telegramtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"priemnaya/bots/wire/wiretest"
)

// Limits of the real Bot API that this server enforces.
const (
	// MaxText is the longest text, in UTF-16 units after the markup is parsed.
	MaxText = 4096
	// MaxCaption is the longest caption, counted the same way.
	MaxCaption = 1024
	// MaxCallbackData is the longest payload of a button, bytes.
	MaxCallbackData = 64
	// MaxDownload is the largest file getFile hands out, bytes.
	MaxDownload = 20 << 20
)

// Server is one Telegram with one bot in it. Use it as an http.Handler.
type Server struct {
	// Token is the bot's token, part of every path.
	Token string
	// Username is the bot's name without @.
	Username string

	mu       sync.Mutex
	changed  chan struct{}
	faults   Faults
	nextID   int
	updates  []pending
	pollers  int
	takeover chan struct{}
	hook     webhook
	chats    map[int64]*chat
	files    map[string]*storedFile
	pressed  map[string]*press
	calls    []Call
	now      func() time.Time
}

// Call is one request that the bot made, without its parameters' values.
type Call struct {
	Method string
	Chat   string
	At     time.Time
	// Code is the error code of the reply, 0 for success.
	Code int
}

type chat struct {
	blocked  bool
	sent     []Sent
	nextMsg  int
	language string
	// past are the latest updates of the chat.
	past []pending
}

type storedFile struct {
	path string
	data []byte
	// size is what Telegram says; it may exceed len(data) to act large files.
	size int64
}

type press struct {
	chat     int64
	answered bool
	text     string
}

// New makes a server for a bot with this token.
func New(token string) *Server {
	return &Server{Token: token, Username: "priemnaya_bot", changed: make(chan struct{}), nextID: 1000,
		takeover: make(chan struct{}), chats: map[int64]*chat{}, files: map[string]*storedFile{}, pressed: map[string]*press{}, now: time.Now}
}

// Revoke makes another token the bot's only one.
func (s *Server) Revoke(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Token = token
}

// accepts reports whether a token is the bot's.
func (s *Server) accepts(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return token == s.Token
}

// signal wakes everybody who waits for a change; the caller holds mu.
func (s *Server) signal() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// chatOf returns a chat, which is made at the first word; the caller holds mu.
func (s *Server) chatOf(id int64) *chat {
	c := s.chats[id]
	if c == nil {
		c = &chat{nextMsg: 1}
		s.chats[id] = c
	}
	return c
}

// reply is the envelope of every answer of the Bot API.
type reply struct {
	OK          bool        `json:"ok"`
	Result      any         `json:"result,omitempty"`
	ErrorCode   int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

type parameters struct {
	RetryAfter int `json:"retry_after,omitempty"`
}

// apiError is a refusal as the Bot API words it.
type apiError struct {
	code  int
	text  string
	after int
}

func (e *apiError) Error() string { return e.text }

func refuse(code int, format string, args ...any) *apiError {
	return &apiError{code: code, text: fmt.Sprintf(format, args...)}
}

var errUnauthorized = refuse(401, "Unauthorized")

// ServeHTTP answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.serveFile(w, r, path)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, slash := strings.Cut(rest, "/")
	if !ok || !slash {
		write(w, nil, refuse(404, "Not Found"))
		return
	}
	if !s.accepts(token) {
		write(w, nil, errUnauthorized)
		return
	}
	p, err := readParams(r)
	if err != nil {
		write(w, nil, refuse(400, "Bad Request: %s", err))
		return
	}
	call := Call{Method: method, Chat: p.get("chat_id"), At: s.now()}
	how, after := s.fault(method)
	if code := fail(w, how, after); code != 0 {
		call.Code = code
		s.note(call)
		return
	}
	result, refused := s.perform(r, method, p)
	if refused != nil {
		call.Code = refused.code
	}
	s.note(call)
	if how == wiretest.Dropped {
		panic(http.ErrAbortHandler)
	}
	write(w, result, refused)
}

func (s *Server) note(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	s.signal()
}

// Calls lists what the bot asked for so far, in order.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// perform runs a method by its name.
func (s *Server) perform(r *http.Request, method string, p params) (any, *apiError) {
	if run, ok := methods[method]; ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		return run(s, p)
	}
	if method == "getUpdates" {
		return s.getUpdates(r.Context(), p)
	}
	return nil, refuse(404, "Not Found: method not found")
}

// methods are those that only touch the server's state.
var methods = map[string]func(*Server, params) (any, *apiError){
	"getMe":                  (*Server).getMe,
	"setWebhook":             (*Server).setWebhook,
	"deleteWebhook":          (*Server).deleteWebhook,
	"getWebhookInfo":         (*Server).getWebhookInfo,
	"setMyCommands":          (*Server).acknowledge,
	"sendChatAction":         (*Server).acknowledge,
	"answerCallbackQuery":    (*Server).answerCallbackQuery,
	"editMessageReplyMarkup": (*Server).editMarkup,
	"sendMessage":            (*Server).sendMessage,
	"sendPhoto":              (*Server).sendPhoto,
	"sendDocument":           (*Server).sendDocument,
	"sendLocation":           (*Server).sendLocation,
	"getFile":                (*Server).getFile,
}

func write(w http.ResponseWriter, result any, refused *apiError) {
	w.Header().Set("Content-Type", "application/json")
	out := reply{OK: true, Result: result}
	if refused != nil {
		out = reply{ErrorCode: refused.code, Description: refused.text}
		if refused.after > 0 {
			out.Parameters = &parameters{RetryAfter: refused.after}
		}
		w.WriteHeader(refused.code)
	}
	json.NewEncoder(w).Encode(out)
}
