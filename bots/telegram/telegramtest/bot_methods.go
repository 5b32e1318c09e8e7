package telegramtest

import (
	"net/http"
	"strings"
)

// user is a person or a bot in the shape of the Bot API.
type user struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language_code,omitempty"`
}

func (s *Server) bot() user {
	return user{ID: 700001, IsBot: true, FirstName: "Приёмная", Username: s.Username}
}

func (s *Server) getMe(params) (any, *apiError) { return s.bot(), nil }

func (s *Server) acknowledge(params) (any, *apiError) { return true, nil }

func (s *Server) answerCallbackQuery(p params) (any, *apiError) {
	q := s.pressed[p.get("callback_query_id")]
	if q == nil {
		return nil, refuse(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
	}
	q.answered, q.text = true, p.get("text")
	s.signal()
	return true, nil
}

// Answered reports whether the bot has answered each press in a chat.
func (s *Server) Answered(chat int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.pressed {
		if q.chat == chat && !q.answered {
			return false
		}
	}
	return true
}

func (s *Server) getFile(p params) (any, *apiError) {
	f := s.files[p.get("file_id")]
	if f == nil {
		return nil, refuse(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
	}
	if f.size > MaxDownload {
		return nil, refuse(400, "Bad Request: file is too big")
	}
	return map[string]any{"file_id": p.get("file_id"), "file_unique_id": "u" + p.get("file_id"),
		"file_size": f.size, "file_path": f.path}, nil
}

// serveFile gives the contents of a file; path is <token>/<file_path>.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, path string) {
	token, name, _ := strings.Cut(path, "/")
	s.mu.Lock()
	var found *storedFile
	for _, f := range s.files {
		if f.path == name {
			found = f
		}
	}
	s.mu.Unlock()
	if !s.accepts(token) {
		write(w, nil, errUnauthorized)
		return
	}
	if found == nil {
		write(w, nil, refuse(404, "Not Found"))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(found.data)
}

// ForgetFiles makes every file that was sent so far unavailable.
func (s *Server) ForgetFiles() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = map[string]*storedFile{}
}
