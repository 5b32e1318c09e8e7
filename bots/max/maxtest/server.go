package maxtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"priemnaya/bots/wire/wiretest"
)

// Limits of the real API that this server enforces.
const (
	// MaxText is the longest text of a message, signs.
	MaxText = 4000
	// MaxPayload is the longest payload of a button, signs.
	MaxPayload = 1024
	// MaxRows and MaxInRow bound a keyboard; MaxWide is the bound of a row
	// that has a link or asks for something.
	MaxRows, MaxInRow, MaxWide = 30, 7, 3
)

// Server is one MAX with one bot in it. Use it as an http.Handler; set URL to
// its address, for uploads and downloads are told as full addresses.
type Server struct {
	Token string
	URL   string

	mu       sync.Mutex
	changed  chan struct{}
	faults   Faults
	clock    int64
	seq      int
	marker   int64
	log      []pending
	hooks    map[string]*hook
	chats    map[int64]*chat
	messages map[string]*message
	uploads  map[string]*stored
	pressed  map[string]bool
	calls    []Call
}

// Call is one request that the bot made.
type Call struct {
	Method, Path string
	Code         int
	At           time.Time
}

type chat struct {
	user      int64
	language  string
	suspended bool
	sent      []Sent
	past      []pending
}

// stored is a file: uploaded by the bot or attached by a person.
type stored struct {
	kind, name string
	data       []byte
	size       int64
	// unready counts the sends that are still refused.
	unready int
}

// New makes a server for a bot with this token.
func New(token string) *Server {
	return &Server{Token: token, changed: make(chan struct{}), clock: 1_775_000_000_000, marker: 5000, hooks: map[string]*hook{},
		chats: map[int64]*chat{}, messages: map[string]*message{}, uploads: map[string]*stored{}, pressed: map[string]bool{}}
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

func (s *Server) signal() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Changed is closed at the next change of anything.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// tick gives the next instant in ms: no two happenings share one; mu is held.
func (s *Server) tick() int64 {
	s.clock += 7
	return s.clock
}

// apiError is a refusal in the form of the API.
type apiError struct {
	status        int
	code, message string
}

func refuse(status int, code, format string, args ...any) *apiError {
	return &apiError{status, code, fmt.Sprintf(format, args...)}
}

// success is the reply of methods that have nothing else to say.
var success = map[string]any{"success": true}

// ServeHTTP answers the API, the uploads and the downloads.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/upload.do"):
		s.receiveUpload(w, r)
		return
	case strings.HasPrefix(r.URL.Path, "/cdn/"):
		s.serveFile(w, r)
		return
	}
	call := Call{Method: r.Method, Path: r.URL.Path, At: time.Now()}
	note := func(code int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		call.Code = code
		s.calls = append(s.calls, call)
		s.signal()
	}
	if !s.accepts(r.Header.Get("Authorization")) || r.URL.Query().Has("access_token") {
		note(401)
		write(w, nil, refuse(401, "verify.token", "Invalid access_token"))
		return
	}
	how, after := s.fault(r)
	if status := fail(w, how, after); status != 0 {
		note(status)
		return
	}
	result, refused := s.perform(r)
	if refused != nil {
		note(refused.status)
	} else {
		note(200)
	}
	if how == wiretest.Dropped {
		panic(http.ErrAbortHandler)
	}
	write(w, result, refused)
}

// Calls lists what the bot asked for so far, in order.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

func (s *Server) perform(r *http.Request) (any, *apiError) {
	if r.Method == http.MethodGet && r.URL.Path == "/updates" {
		return s.getUpdates(r)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, ok := strings.CutPrefix(r.URL.Path, "/messages/"); ok && r.Method == http.MethodGet {
		return s.getMessage(id)
	}
	if token, ok := strings.CutPrefix(r.URL.Path, "/videos/"); ok && r.Method == http.MethodGet {
		return s.getVideo(token)
	}
	if run, ok := methods[r.Method+" "+r.URL.Path]; ok {
		return run(s, r)
	}
	return nil, refuse(404, "not.found", "Path %s is not known", r.URL.Path)
}

var methods = map[string]func(*Server, *http.Request) (any, *apiError){
	"GET /me":               (*Server).getMe,
	"GET /subscriptions":    (*Server).getSubscriptions,
	"POST /subscriptions":   (*Server).subscribe,
	"DELETE /subscriptions": (*Server).unsubscribe,
	"GET /messages":         (*Server).getMessages,
	"POST /messages":        (*Server).sendMessage,
	"POST /answers":         (*Server).answer,
	"POST /uploads":         (*Server).uploadURL,
}

func write(w http.ResponseWriter, result any, refused *apiError) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if refused != nil {
		w.WriteHeader(refused.status)
		result = map[string]string{"code": refused.code, "message": refused.message}
	}
	json.NewEncoder(w).Encode(result)
}

type user struct {
	ID        int64  `json:"user_id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	IsBot     bool   `json:"is_bot"`
	Active    int64  `json:"last_activity_time,omitempty"`
	Name      string `json:"name"`
}

func (s *Server) bot() user {
	return user{ID: 900001, FirstName: "Приёмная", Username: "priemnaya_bot", IsBot: true, Name: "Приёмная"}
}

func (s *Server) getMe(*http.Request) (any, *apiError) { return s.bot(), nil }

// PersonOffset is the difference between the ID of a person and that of his
// dialogue: in MAX they are different numbers.
const PersonOffset = 1_000_000

// dialogOf is the ID of the dialogue of a person with the bot.
func dialogOf(person int64) int64 { return person - PersonOffset }

// numberIn reads a number of the query, 0 if there is none.
func numberIn(r *http.Request, name string) int64 {
	n, _ := strconv.ParseInt(r.URL.Query().Get(name), 10, 64)
	return n
}
