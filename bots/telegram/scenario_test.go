package telegram

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"priemnaya/bots"
	"priemnaya/bots/bottest"
	"priemnaya/bots/telegram/telegramtest"
)

// side is a Telegram whose users a test plays.
type side struct {
	w *world

	mu      sync.Mutex
	latest  map[string]int
	blocked map[string]bool
}

func newSide(t *testing.T, hook bool) bottest.Side {
	return &side{w: newWorld(t, hook), latest: map[string]int{}, blocked: map[string]bool{}}
}

func (s *side) Adapter() bots.Adapter { return s.w.a }
func (s *side) Close()                {}

func (s *side) Do(_ context.Context, chat string, d bottest.Deed) error {
	id, err := strconv.ParseInt(chat, 10, 64)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.w.tg.Person(id, "ru")
	switch {
	case len(d.Files) > 0:
		p.SendFiles(d.Text, d.Album, filesFor(d.Files)...)
	case d.Start != "":
		if s.blocked[chat] {
			p.Unblock()
			s.blocked[chat] = false
		}
		p.Say(strings.TrimSpace("/start " + strings.TrimSpace(d.Start)))
	case d.Edit != "":
		p.Edit(s.latest[chat], d.Edit)
	case d.Press != "":
		if !p.Press(d.Press) {
			return fmt.Errorf("no button %q", d.Press)
		}
	case d.Place != nil:
		p.SendPlace(d.Place.Latitude, d.Place.Longitude)
	case d.Left:
		s.blocked[chat] = true
		p.Block()
	case d.Sticker:
		p.SendSticker()
	case d.Again > 0:
		p.Repeat(d.Again)
	default:
		s.latest[chat] = p.Say(d.Text)
	}
	return nil
}

func filesFor(in []bottest.File) (out []telegramtest.File) {
	for _, f := range in {
		out = append(out, telegramtest.File{Kind: string(f.Kind), Name: f.Name, Type: f.Type, Data: f.Data})
	}
	return out
}

func (s *side) Shown(chat string) (out []bottest.Shown) {
	id, _ := strconv.ParseInt(chat, 10, 64)
	for _, m := range s.w.tg.Sent(id) {
		one := bottest.Shown{Text: m.Text, File: m.File, Data: m.Data}
		for _, row := range m.Buttons {
			for _, b := range row {
				one.Buttons = append(one.Buttons, bots.Button{Text: b.Text, Data: b.Data, URL: b.URL})
			}
		}
		out = append(out, one)
	}
	return out
}

func TestScenariosOnTelegramByPolling(t *testing.T) {
	bottest.Scenarios(t, func(t *testing.T) bottest.Side { return newSide(t, false) })
}

func TestScenariosOnTelegramByWebhook(t *testing.T) {
	bottest.Scenarios(t, func(t *testing.T) bottest.Side { return newSide(t, true) })
}
