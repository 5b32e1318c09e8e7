package telegram

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"priemnaya/bots"
	"priemnaya/bots/pace"
	"priemnaya/bots/telegram/telegramtest"
	"priemnaya/bots/wire"
	"priemnaya/bots/wire/wiretest"
)

// received sends a file to the bot and gives it as the update tells of it.
func received(t *testing.T, w *world, f telegramtest.File) bots.RemoteFile {
	t.Helper()
	w.tg.Person(1, "").SendFiles("", false, f)
	w.Listen()
	defer w.End()
	return w.Wait(1)[0].Files[0]
}

func TestAFileIsFetchedWhole(t *testing.T) {
	w := newWorld(t, false)
	f := received(t, w, telegramtest.File{Kind: "document", Name: "a.pdf", Type: "application/pdf", Data: []byte("contents")})
	if f.Size != 8 || f.Type != "application/pdf" || strings.Contains(f.Ref, "AAHk") {
		t.Errorf("file %+v", f)
	}
	r, err := w.a.Fetch(t.Context(), f, 8)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if data, err := io.ReadAll(r); err != nil || string(data) != "contents" {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestTheLargestSizeOfAPhotoIsTaken(t *testing.T) {
	w := newWorld(t, false)
	f := received(t, w, telegramtest.File{Kind: "photo", Data: []byte("large")})
	r, err := w.a.Fetch(t.Context(), f, 100)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if data, _ := io.ReadAll(r); string(data) != "large" {
		t.Errorf("got %q", data)
	}
}

func TestWhyAFileIsNotFetched(t *testing.T) {
	for name, c := range map[string]struct {
		file   telegramtest.File
		limit  int64
		before func(*world, *bots.RemoteFile)
		want   bots.SendReason
	}{
		"above Telegram's 20 MB":       {telegramtest.File{Kind: "video", Size: 30 << 20}, 1 << 40, nil, bots.TooBig},
		"above 20 MB, size not told":   {telegramtest.File{Kind: "video", Size: 30 << 20}, 1 << 40, func(_ *world, f *bots.RemoteFile) { f.Size = 0 }, bots.TooBig},
		"above our limit":              {telegramtest.File{Kind: "document", Data: []byte("12345")}, 4, nil, bots.TooBig},
		"above our limit, in getFile":  {telegramtest.File{Kind: "document", Data: []byte("12345")}, 4, func(_ *world, f *bots.RemoteFile) { f.Size = 0 }, bots.TooBig},
		"larger than Telegram says":    {telegramtest.File{Kind: "document", Data: []byte("12345"), Size: 3}, 4, nil, bots.TooBig},
		"no longer there":              {telegramtest.File{Kind: "document", Data: []byte("1")}, 4, func(w *world, _ *bots.RemoteFile) { w.tg.ForgetFiles() }, bots.Lost},
		"with a token that is refused": {telegramtest.File{Kind: "document", Data: []byte("1")}, 4, func(w *world, _ *bots.RemoteFile) { w.tg.Revoke("x") }, bots.Unauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, false)
			f := received(t, w, c.file)
			if c.before != nil {
				c.before(w, &f)
			}
			r, err := w.a.Fetch(t.Context(), f, c.limit)
			if err == nil {
				r.Close()
			}
			if wire.ReasonOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestABrokenDownloadNamesNoAddress(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "getFile") {
			io.WriteString(w, `{"ok":true,"result":{"file_id":"1","file_path":"a/b.pdf"}}`)
			return
		}
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "only this")
	}))
	defer api.Close()
	a, err := New(Config{Token: testToken, API: api.URL, Marks: &wiretest.Marks{}, Pace: pace.New(pace.Rates{})})
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Fetch(t.Context(), bots.RemoteFile{Ref: "1"}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); err == nil || strings.Contains(fmt.Sprintf("%#v %v", err, err), "AAHk") {
		t.Errorf("got %v", err)
	}
	api.CloseClientConnections()
	api.Close()
	if _, err = a.Fetch(t.Context(), bots.RemoteFile{Ref: "1"}, 1000); err == nil || strings.Contains(fmt.Sprintf("%v %v", err, errors.Unwrap(err)), "AAHk") {
		t.Errorf("got %v", err)
	}
}
