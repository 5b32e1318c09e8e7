package console

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"priemnaya/bots"
	"priemnaya/bots/bottest"
)

// side is a terminal with a test in front of it.
type side struct {
	a    *Adapter
	dir  string
	mu   sync.Mutex
	seen map[string][]bottest.Shown
	n    int
}

func newSide(t testing.TB) *side {
	s := &side{dir: t.TempDir(), seen: map[string][]bottest.Shown{}}
	s.a = New(Config{Run: "t", User: bots.User{ID: "1", Name: "Анна", Handle: "anna"}, Show: s.show})
	return s
}

func (s *side) show(chat string, m bots.Message, file []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := bottest.Shown{Text: m.Text, Data: file}
	for _, row := range m.Buttons {
		x.Buttons = append(x.Buttons, row...)
	}
	if m.File != nil {
		x.File = m.File.Name
	}
	s.seen[chat] = append(s.seen[chat], x)
}

func (s *side) Adapter() bots.Adapter { return s.a }
func (s *side) Close()                {}

func (s *side) Shown(chat string) []bottest.Shown {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bottest.Shown(nil), s.seen[chat]...)
}

func (s *side) Do(ctx context.Context, chat string, d bottest.Deed) error {
	line, err := s.line(d)
	if err != nil {
		return err
	}
	return s.a.Say(ctx, chat, line)
}

func (s *side) line(d bottest.Deed) (string, error) {
	switch {
	case len(d.Files) > 0:
		return s.files(d)
	case d.Start != "":
		return "/start " + strings.TrimSpace(d.Start), nil
	case d.Edit != "":
		return "!edit " + d.Edit, nil
	case d.Press != "":
		return "!press " + d.Press, nil
	case d.Place != nil:
		return fmt.Sprintf("!place %v %v", d.Place.Latitude, d.Place.Longitude), nil
	case d.Sticker:
		return "!sticker", nil
	case d.Left:
		return "!leave", nil
	case d.Again > 0:
		return "!again " + strconv.Itoa(d.Again), nil
	}
	return strings.ReplaceAll(d.Text, "\n", `\n`), nil
}

func (s *side) files(d bottest.Deed) (string, error) {
	verb := map[bots.FileKind]string{bots.Photo: "!photo", bots.Document: "!file", bots.Voice: "!voice"}[d.Files[0].Kind]
	line := verb
	for _, f := range d.Files {
		s.n++
		path := filepath.Join(s.dir, strconv.Itoa(s.n)+"-"+f.Name)
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			return "", err
		}
		line += " " + path
	}
	if d.Text != "" {
		line += " | " + d.Text
	}
	return line, nil
}

func TestScenariosOnTheConsole(t *testing.T) {
	bottest.Scenarios(t, func(t *testing.T) bottest.Side { return newSide(t) })
}
