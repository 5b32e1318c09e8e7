package verify_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"time"
)

// wire brings requests to a server in this process, under one clock. A reply
// that the server loses is an error, as on a real connection.
type wire struct {
	server http.Handler
	now    time.Time
	// seen looks at every reply.
	seen func(*http.Request, *http.Response, []byte)
}

func (w *wire) do(r *http.Request, body []byte) (status int, header http.Header, reply []byte, err error) {
	w.now = w.now.Add(10 * time.Millisecond)
	rec := httptest.NewRecorder()
	in := httptest.NewRequest(r.Method, r.URL.RequestURI(), bytes.NewReader(body))
	in.Header = r.Header
	func() {
		defer func() {
			if cause := recover(); cause == http.ErrAbortHandler {
				err = io.ErrUnexpectedEOF
			} else if cause != nil {
				panic(cause)
			}
		}()
		w.server.ServeHTTP(rec, in)
	}()
	if err != nil {
		return 0, nil, nil, err
	}
	reply, _ = io.ReadAll(rec.Result().Body)
	if w.seen != nil {
		w.seen(r, rec.Result(), reply)
	}
	return rec.Code, rec.Header(), reply, nil
}
