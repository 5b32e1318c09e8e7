package telegram

import (
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzReadUpdate(f *testing.F) {
	for _, seed := range []string{goodUpdate, `{}`, `null`, `[]`, `{"update_id":1}`, `{"update_id":1e99}`, `{"update_id":"5"}`,
		`{"update_id":1,"message":null}`, `{"update_id":1,"message":{}}`, `{"update_id":1,"message":{"chat":{},"from":{}}}`,
		`{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"from":{"id":1},"photo":[{}],"caption":"x"}}`,
		`{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"from":{"id":1},"photo":[],"document":{"file_size":-5}}}`,
		`{"update_id":1,"callback_query":{"message":{"chat":{"id":1,"type":"private"}},"from":{"id":2},"data":"d","id":"x"}}`,
		`{"update_id":1,"edited_message":{"chat":{"id":1,"type":"private"},"from":{"id":1},"location":{"latitude":91}}}`,
		`{"update_id":1,"my_chat_member":{"chat":{"id":1,"type":"private"},"from":{"id":1},"new_chat_member":{"status":"kicked"}}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, ok, err := readUpdate(raw, time.Unix(1_800_000_000, 0))
		if err != nil && ok {
			t.Fatal("an update that cannot be read must not be taken")
		}
		if !ok {
			return
		}
		if u.ID == "" || u.Chat == "" || u.User.ID == "" {
			t.Fatalf("without its head: %+v", u)
		}
		if u.Group && (u.Text != "" || len(u.Files) > 0) {
			t.Fatalf("words of a group: %+v", u)
		}
		if !utf8.ValidString(u.Text) {
			t.Fatalf("not UTF-8: %q", u.Text)
		}
		for _, f := range u.Files {
			if f.Size < 0 || f.Kind == "" {
				t.Fatalf("file %+v", f)
			}
		}
	})
}
