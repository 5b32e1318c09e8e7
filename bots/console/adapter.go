// Package console connects a terminal to the dialogue of the bots, for
// demonstrations and tests. A line is a message; a number presses a button of
// the latest message; a line that begins with ! does what else a messenger can:
//
//	!photo PATH…   send photos, several as one album
//	!file PATH     send a document          !voice PATH   a voice note
//	!place LAT LON send a location          !edit TEXT    change the latest message
//	!press DATA    press a button by its data
//	!sticker       send what no bot reads   !leave        block the bot
//	!again N       repeat the latest N updates, as a messenger does
package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"priemnaya/bots"
)

// Config is what an Adapter needs. In may be nil: then Say is the only way in.
type Config struct {
	In  io.Reader
	Out io.Writer
	// User is who sits at the terminal; Chat names the dialogue.
	User bots.User
	Chat string
	// Run makes update IDs differ from those of an earlier run.
	Run string
	Now func() time.Time
	// Show is told of every message besides the terminal; nil for nobody.
	Show func(chat string, m bots.Message, file []byte)
	// Ended is told when the input ends; nil for nobody.
	Ended func()
}

// Adapter is a terminal as a messenger. It is safe for parallel use.
type Adapter struct {
	cfg   Config
	ready chan struct{}
	begin sync.Once
	take  bots.Take

	mu     sync.Mutex
	count  int64
	latest map[string]string
	shown  map[string][]bots.Button
	past   map[string][]bots.Update
}

// New makes an Adapter.
func New(cfg Config) *Adapter {
	if cfg.Chat == "" {
		cfg.Chat = "terminal"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Out == nil {
		cfg.Out = io.Discard
	}
	return &Adapter{cfg: cfg, ready: make(chan struct{}), latest: map[string]string{}, shown: map[string][]bots.Button{},
		past: map[string][]bots.Update{}}
}

// Platform implements bots.Adapter.
func (a *Adapter) Platform() string { return "console" }

// Abilities implements bots.Adapter.
func (a *Adapter) Abilities() bots.Abilities {
	return bots.Abilities{TextRunes: 4000, Buttons: true, ButtonBytes: 128}
}

// Listen implements bots.Adapter: it reads lines until the input or ctx ends.
func (a *Adapter) Listen(ctx context.Context, take bots.Take) error {
	a.begin.Do(func() { a.take = take; close(a.ready) })
	if a.cfg.In == nil {
		<-ctx.Done()
		return nil
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(a.cfg.In); in.Scan(); {
			select {
			case lines <- in.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, ok := <-lines:
			if !ok {
				if a.cfg.Ended != nil {
					a.cfg.Ended()
				}
				return nil
			}
			if err := a.Say(ctx, a.cfg.Chat, line); err != nil {
				fmt.Fprintln(a.cfg.Out, "!", err)
			}
		}
	}
}

// Say does what a line typed in a chat asks for and returns once it is kept.
func (a *Adapter) Say(ctx context.Context, chat, line string) error {
	select {
	case <-a.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	if strings.TrimSpace(line) == "" {
		return nil
	}
	updates, err := a.read(chat, line)
	if err != nil {
		return err
	}
	for _, u := range updates {
		if err := a.hand(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// hand gives an update over until it is kept, as a messenger repeats it.
func (a *Adapter) hand(ctx context.Context, u bots.Update) error {
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for {
		err := a.take(ctx, u)
		if err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-pause.C:
		}
	}
}

// Send implements bots.Adapter.
func (a *Adapter) Send(ctx context.Context, chat string, m bots.Message) (string, error) {
	var file []byte
	if m.File != nil {
		in, err := m.File.Open(ctx)
		if err != nil {
			return "", &bots.SendError{Reason: bots.RetryLater, Err: err}
		}
		defer in.Close()
		if file, err = io.ReadAll(in); err != nil {
			return "", &bots.SendError{Reason: bots.RetryLater, Err: err}
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count++
	id := strconv.FormatInt(a.count, 10)
	a.print(chat, m)
	if a.cfg.Show != nil {
		a.cfg.Show(chat, m, file)
	}
	return id, nil
}

func (a *Adapter) print(chat string, m bots.Message) {
	out := strings.ReplaceAll(m.Text, "\n", "\n  ")
	if m.File != nil {
		out += fmt.Sprintf("\n  (%s, %d)", m.File.Name, m.File.Size)
	}
	a.shown[chat] = nil
	for _, row := range m.Buttons {
		out += "\n "
		for _, b := range row {
			switch {
			case b.URL != "":
				out += fmt.Sprintf(" [%s: %s]", b.Text, b.URL)
			case b.Data != "":
				a.shown[chat] = append(a.shown[chat], b)
				out += fmt.Sprintf(" [%d %s]", len(a.shown[chat]), b.Text)
			}
		}
	}
	fmt.Fprintf(a.cfg.Out, "\n< %s\n\n", out)
}

// Settle implements bots.Adapter; a terminal has no spinning buttons.
func (a *Adapter) Settle(context.Context, string) error { return nil }

// Fetch implements bots.Adapter: the reference is a path.
func (a *Adapter) Fetch(_ context.Context, f bots.RemoteFile, limit int64) (io.ReadCloser, error) {
	in, err := os.Open(f.Ref)
	if err != nil {
		return nil, &bots.SendError{Reason: bots.Lost, Err: err}
	}
	if s, err := in.Stat(); err != nil || s.Size() > limit {
		in.Close()
		return nil, &bots.SendError{Reason: bots.TooBig, Err: err}
	}
	return in, nil
}

var errLine = errors.New("console: this line is not understood")

func fileAt(kind bots.FileKind, path string) (bots.RemoteFile, error) {
	s, err := os.Stat(path)
	if err != nil {
		return bots.RemoteFile{}, err
	}
	f := bots.RemoteFile{Ref: path, Kind: kind, Size: s.Size()}
	if kind == bots.Document {
		f.Name = filepath.Base(path)
	}
	return f, nil
}
