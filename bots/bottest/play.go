package bottest

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
)

// The scenarios are data. A file holds several, each under a line "=== name".
// A line is a deed of the user, an event elsewhere, or what must be shown:
//
//	> text            types and sends            >> text      changes the latest message
//	start             begins the dialogue        press DATA   presses the button whose data begins so
//	photo | album N | doc NAME | voice | big | empty          sends files; "photo + text" has a caption
//	place LAT LON     sends a location           sticker | left | again N
//	as CHAT           goes on in another chat
//	link WHO          WHO (anna, boris) signs in and confirms the link that the chat was shown
//	code              types the code that the page has shown; "code wrong" another one
//	unlink WHO        WHO unlinks the chat on the site
//	later DURATION    moves the clock
//	work              routes, registers and assigns the latest case of Anna
//	ask TEXT          the officer asks             answer TEXT   the body answers, with a file
//	site TEXT         the latest draft of Anna is changed on the site to the text
//	news TITLE        a notice of the latest case of Anna leaves
//	< text            a message with the words must come after the latest deed
//	<= id             so must a message with the text of the id
//	<! text           no message of the chat may hold the words
//	<b DATA           the latest messages must have a button whose data begins so
//	<f NAME           a file must come
//	cases N | drafts N | files N   so many cases of Anna, drafts of the chat or of Anna, files of the latest of both
//
//go:embed scenarios/*.txt
var scenarioFiles embed.FS

// patience is how long a message may take on a busy machine.
const patience = 20 * time.Second

// Scenario is one dialogue to play.
type Scenario struct {
	Name  string
	Lines []string
}

// All reads the scenarios.
func All() ([]Scenario, error) {
	var out []Scenario
	names, err := fs.Glob(scenarioFiles, "scenarios/*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := scenarioFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(raw)) {
			line = strings.TrimRight(line, "\n")
			switch title, ok := strings.CutPrefix(line, "=== "); {
			case ok:
				out = append(out, Scenario{Name: title})
			case strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") && len(out) > 0:
				s := &out[len(out)-1]
				s.Lines = append(s.Lines, line)
			}
		}
	}
	return out, nil
}

// Scenarios plays every scenario, each with a messenger of its own.
func Scenarios(t *testing.T, side func(t *testing.T) Side) {
	all, err := All()
	must(t, err)
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			Play(t, s, side(t))
		})
	}
}

// Play plays one scenario.
func Play(t testing.TB, s Scenario, side Side) {
	t.Helper()
	w := Open(t, side.Adapter(), Options{Protected: "https://safe.example.ru"})
	t.Cleanup(side.Close)
	p := &player{t: t, w: w, side: side, chat: "7001", from: map[string]int{}}
	if len(s.Lines) > 0 && !strings.HasPrefix(s.Lines[0], "start") {
		// Nobody meets a bot without having started it.
		p.do("start")
		p.do("<= bot.greeting")
	}
	for i, line := range s.Lines {
		p.where = fmt.Sprintf("line %d: %s", i+1, line)
		p.do(line)
	}
}

type player struct {
	t     testing.TB
	w     *World
	side  Side
	chat  string
	where string
	code  string
	// from is how many messages a chat had before the latest deed.
	from map[string]int
	n    int
}

func (p *player) fail(format string, args ...any) {
	p.t.Helper()
	var seen strings.Builder
	for _, m := range p.side.Shown(p.chat) {
		fmt.Fprintf(&seen, "--\n%s\n", m.Text)
		for _, b := range m.Buttons {
			fmt.Fprintf(&seen, "  [%s %s%s]", b.Text, b.Data, b.URL)
		}
	}
	p.t.Fatalf("%s: %s\nshown:\n%s", p.where, fmt.Sprintf(format, args...), seen.String())
}

func (p *player) deed(d Deed) {
	p.t.Helper()
	p.from[p.chat] = len(p.side.Shown(p.chat))
	if err := p.side.Do(p.w.ctx(), p.chat, d); err != nil {
		p.fail("%v", err)
	}
}

func (p *player) do(line string) {
	p.t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	if do, ok := p.looks()[verb]; ok {
		do(rest)
		return
	}
	if do, ok := p.elsewhere()[verb]; ok {
		do(rest)
		return
	}
	switch verb {
	case ">":
		p.deed(Deed{Text: strings.ReplaceAll(rest, `\n`, "\n")})
	case ">>":
		p.deed(Deed{Edit: rest})
	case "start":
		if rest == "" {
			rest = " "
		}
		p.deed(Deed{Start: rest})
	case "press":
		p.deed(Deed{Press: p.button(rest)})
	case "place":
		var at bots.Place
		if _, err := fmt.Sscan(rest, &at.Latitude, &at.Longitude); err != nil {
			p.fail("%v", err)
		}
		p.deed(Deed{Place: &at})
	case "sticker":
		p.deed(Deed{Sticker: true})
	case "left":
		p.deed(Deed{Left: true})
	case "again":
		n, err := strconv.Atoi(rest)
		if err != nil {
			p.fail("%v", err)
		}
		p.deed(Deed{Again: n})
	default:
		p.sendFiles(verb, rest)
	}
}

func (p *player) sendFiles(verb, rest string) {
	p.t.Helper()
	count, caption, _ := strings.Cut(rest, "+ ")
	file := func(kind bots.FileKind, name, mime string) File {
		p.n++
		return File{Kind: kind, Name: name, Type: mime, Data: []byte(fmt.Sprintf("%s %d of %s", kind, p.n, p.chat))}
	}
	d := Deed{Text: caption}
	switch verb {
	case "photo":
		d.Files = []File{file(bots.Photo, "", "image/jpeg")}
	case "voice":
		d.Files = []File{file(bots.Voice, "", "audio/ogg")}
	case "doc":
		d.Files = []File{file(bots.Document, strings.TrimSpace(count), "text/plain")}
	case "empty":
		d.Files = []File{{Kind: bots.Document, Name: "empty.txt", Type: "text/plain"}}
	case "big":
		d.Files = []File{{Kind: bots.Document, Name: "big.bin", Type: "application/octet-stream", Data: bytes.Repeat([]byte("x"), 26<<20)}}
	case "album":
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if err != nil {
			p.fail("%v", err)
		}
		d.Album = true
		for range n {
			d.Files = append(d.Files, file(bots.Photo, "", "image/jpeg"))
		}
	default:
		p.fail("nobody knows this line")
	}
	p.deed(d)
}

// button finds the data of a button that was shown, the latest first.
func (p *player) button(prefix string) string {
	p.t.Helper()
	found := ""
	p.wait(func() bool {
		for _, m := range slices.Backward(p.side.Shown(p.chat)) {
			for _, b := range m.Buttons {
				if b.Data == prefix || strings.HasPrefix(b.Data, prefix+":") {
					found = b.Data
					return true
				}
			}
		}
		return false
	}, "no button %q", prefix)
	return found
}

func (w *World) ctx() context.Context { return context.Background() }
