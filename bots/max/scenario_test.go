package max

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"priemnaya/bots"
	"priemnaya/bots/bottest"
	"priemnaya/bots/max/maxtest"
)

// side is a MAX whose users a test plays.
type side struct {
	w *world

	mu     sync.Mutex
	latest map[string]string
}

func newSide(t *testing.T, hook bool) bottest.Side {
	s := &side{w: newWorld(t, hook), latest: map[string]string{}}
	// MAX gives who polls without a marker the latest update only.
	s.w.Marks.Save(t.Context(), "1")
	return s
}

func (s *side) Adapter() bots.Adapter { return s.w.a }
func (s *side) Close()                {}

func personOf(chat string) int64 {
	n, _ := strconv.ParseInt(chat, 10, 64)
	return n + maxtest.PersonOffset
}

func (s *side) Do(_ context.Context, chat string, d bottest.Deed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.w.mx.Person(personOf(chat), "ru")
	switch {
	case len(d.Files) > 0:
		p.SendFiles(d.Text, filesFor(d.Files)...)
	case d.Start != "":
		p.Start(strings.TrimSpace(d.Start))
	case d.Edit != "":
		p.Edit(s.latest[chat], d.Edit)
	case d.Press != "":
		if !p.Press(d.Press) {
			return fmt.Errorf("no button %q", d.Press)
		}
	case d.Place != nil:
		p.SendPlace(d.Place.Latitude, d.Place.Longitude)
	case d.Left:
		p.Stop()
	case d.Sticker:
		p.SendSticker()
	case d.Again > 0:
		p.Repeat(d.Again)
	default:
		s.latest[chat] = p.Say(d.Text)
	}
	return nil
}

func filesFor(in []bottest.File) (out []maxtest.File) {
	kinds := map[bots.FileKind]string{bots.Photo: "image", bots.Document: "file", bots.Voice: "audio", bots.Audio: "audio", bots.Video: "video"}
	for _, f := range in {
		out = append(out, maxtest.File{Kind: kinds[f.Kind], Name: f.Name, Data: f.Data})
	}
	return out
}

func (s *side) Shown(chat string) (out []bottest.Shown) {
	for _, m := range s.w.mx.Sent(personOf(chat)) {
		one := bottest.Shown{Text: m.Text, File: m.File, Data: m.Data}
		for _, row := range m.Buttons {
			for _, b := range row {
				one.Buttons = append(one.Buttons, bots.Button{Text: b.Text, Data: b.Payload, URL: b.URL, Ask: b.Type == "request_geo_location"})
			}
		}
		out = append(out, one)
	}
	return out
}

func TestScenariosOnMAXByPolling(t *testing.T) {
	bottest.Scenarios(t, func(t *testing.T) bottest.Side { return newSide(t, false) })
}

func TestScenariosOnMAXByWebhook(t *testing.T) {
	bottest.Scenarios(t, func(t *testing.T) bottest.Side { return newSide(t, true) })
}
