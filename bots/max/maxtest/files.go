package maxtest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// uploadURL is the first step of an upload. Audio and video get their token
// here, images and files after the second step.
func (s *Server) uploadURL(r *http.Request) (any, *apiError) {
	kind := r.URL.Query().Get("type")
	switch kind {
	case "image", "file", "audio", "video":
	default:
		return nil, refuse(400, "proto.payload", "type: unknown")
	}
	s.seq++
	token := fmt.Sprintf("f9LHodD0cOJ%06d", s.seq)
	s.uploads[token] = &stored{kind: kind, unready: s.faults.Unready}
	return map[string]any{"url": s.URL + "/upload.do?sig=abc&id=" + token}, nil
}

// receiveUpload is the second step: a multipart form with one file, without
// the bot's token.
func (s *Server) receiveUpload(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		http.Error(w, "the token of a bot does not belong here", http.StatusBadRequest)
		return
	}
	file, head, err := r.FormFile("data")
	if err != nil {
		http.Error(w, "no file", http.StatusBadRequest)
		return
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		http.Error(w, "broken off", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	token := r.URL.Query().Get("id")
	f := s.uploads[token]
	if f == nil {
		http.Error(w, "unknown upload", http.StatusNotFound)
		return
	}
	f.name, f.data = head.Filename, data
	write(w, map[string]any{"fileId": s.seq, "token": token}, nil)
}

// keep stores a person's file and gives its attachment; mu is held.
func (s *Server) keep(f File) any {
	s.seq++
	token := fmt.Sprintf("att%06d", s.seq)
	size := f.Size
	if size == 0 {
		size = int64(len(f.Data))
	}
	s.uploads[token] = &stored{kind: f.Kind, name: f.Name, data: f.Data, size: size}
	payload := map[string]any{"url": s.URL + "/cdn/" + token, "token": token}
	a := map[string]any{"type": f.Kind, "payload": payload}
	switch f.Kind {
	case "image":
		payload["photo_id"] = s.seq
	case "file":
		a["filename"], a["size"] = f.Name, size
	case "video":
		// The address of a video is a page; the file is told by GET /videos.
		payload["url"] = "https://max.ru/video/" + token
	}
	return a
}

func (s *Server) getVideo(token string) (any, *apiError) {
	if s.uploads[token] == nil {
		return nil, refuse(404, "video.not.found", "Video is not found")
	}
	return map[string]any{"token": token, "width": 1280, "height": 720, "duration": 7,
		"urls": map[string]any{"mp4_720": s.URL + "/cdn/" + token, "mp4_1080": nil}}, nil
}

func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.uploads[strings.TrimPrefix(r.URL.Path, "/cdn/")]
	s.mu.Unlock()
	if f == nil {
		http.NotFound(w, r)
		return
	}
	if f.size > int64(len(f.data)) {
		w.Header().Set("Content-Length", fmt.Sprint(f.size))
	}
	w.Write(f.data)
}

// ForgetFiles makes every file that was sent so far unavailable.
func (s *Server) ForgetFiles() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads = map[string]*stored{}
}
