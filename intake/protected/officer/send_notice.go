package officer

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Notifier reminds officers at random minutes. What it sends and when does not
// depend on anything that happens in the channel (promise L14).
type Notifier struct {
	// Folder is that of the agency; the plan of the day lies there.
	Folder   string
	Accounts *Accounts
	// PerDay is how many notices an officer gets a day, from 1 to MaxPerDay.
	PerDay int
	// From and To are the hours, UTC, between which they are sent.
	From, To int
	Subject  string
	Text     string
	Send     Sender
	Now      func() time.Time
}

// MaxPerDay bounds notices: a reminder every hour is read by nobody.
const MaxPerDay = 4

// Sender hands one message over. Errors are tried again at the next minute of
// the plan, never at once: a retry would tell when.
type Sender func(ctx context.Context, to string, message []byte) error

const planFile = "notices.json"

// plan is the minutes of one day, drawn at its beginning.
type plan struct {
	Day     string `json:"day"`
	Minutes []int  `json:"minutes"`
	Sent    int    `json:"sent"`
}

// Tick sends what is due now and tells when to call again. A day's plan is drawn
// once and kept, so that a restart neither repeats nor betrays anything.
func (n *Notifier) Tick(ctx context.Context) (next time.Time, err error) {
	now := n.Now().UTC()
	p, err := n.today(now)
	if err != nil {
		return now.Add(time.Hour), err
	}
	midnight := now.Truncate(24 * time.Hour)
	for p.Sent < len(p.Minutes) {
		due := midnight.Add(time.Duration(p.Minutes[p.Sent]) * time.Minute)
		if now.Before(due) {
			return due, err
		}
		p.Sent++
		if keep := n.keep(p); keep != nil {
			return now.Add(time.Hour), errors.Join(err, keep)
		}
		// A minute that passed while the program was down is not made up for.
		if now.Sub(due) < 2*time.Minute {
			err = errors.Join(err, n.sendAll(ctx, now))
		}
	}
	return midnight.Add(24 * time.Hour), err
}

// Run ticks until ctx ends; failed gets what went wrong.
func (n *Notifier) Run(ctx context.Context, failed func(error)) {
	for {
		next, err := n.Tick(ctx)
		if err != nil {
			failed(err)
		}
		timer := time.NewTimer(max(next.Sub(n.Now()), time.Second))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

func (n *Notifier) today(now time.Time) (plan, error) {
	var p plan
	raw, err := os.ReadFile(filepath.Join(n.Folder, planFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return p, err
	}
	day := now.Format(time.DateOnly)
	if err == nil && json.Unmarshal(raw, &p) == nil && p.Day == day {
		return p, nil
	}
	p = plan{Day: day}
	span := max(n.To-n.From, 1) * 60
	for range min(max(n.PerDay, 1), MaxPerDay) {
		p.Minutes = append(p.Minutes, n.From*60+draw(span))
	}
	slices.Sort(p.Minutes)
	return p, n.keep(p)
}

func (n *Notifier) keep(p plan) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(n.Folder, planFile), raw)
}

// draw gives a number from 0 to below n by the system's randomness.
func draw(n int) int {
	limit := ^uint32(0) - ^uint32(0)%uint32(n)
	for {
		var b [4]byte
		rand.Read(b[:])
		if x := binary.LittleEndian.Uint32(b[:]); x < limit {
			return int(x % uint32(n))
		}
	}
}

func (n *Notifier) sendAll(ctx context.Context, now time.Time) error {
	list, err := n.Accounts.List()
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.Address == "" || a.Disabled {
			continue
		}
		if e := n.Send(ctx, a.Address, n.message(a.Address, now)); e != nil {
			err = errors.Join(err, e)
		}
	}
	return err
}

// message is the same for all but its address; the date is the day's beginning.
func (n *Notifier) message(to string, now time.Time) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "To: <%s>\r\nDate: %s\r\nSubject: =?utf-8?q?%s?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"+
		"Content-Transfer-Encoding: 8bit\r\nMessage-ID: <%s@notice.invalid>\r\n\r\n%s\r\n", to, now.Truncate(24*time.Hour).Format(time.RFC1123Z),
		quoted(n.Subject), strings.ToLower(rand.Text()[:20]), n.Text)
	return []byte(b.String())
}

// quoted writes a subject in the Q encoding of RFC 2047.
func quoted(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "=%02X", c)
	}
	return b.String()
}

// Spool leaves messages in a folder for the agency's own mailer.
func Spool(folder string) Sender {
	return func(_ context.Context, _ string, message []byte) error {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		return replaceFile(filepath.Join(folder, rand.Text()[:16]+".eml"), message)
	}
}

// SMTP hands messages to a mail server, with STARTTLS where it offers that.
func SMTP(address, from string) Sender {
	return func(ctx context.Context, to string, message []byte) error {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return err
		}
		done := make(chan error, 1)
		go func() {
			done <- smtp.SendMail(net.JoinHostPort(host, address[strings.LastIndexByte(address, ':')+1:]), nil, from, []string{to},
				append([]byte("From: <"+from+">\r\n"), message...))
		}()
		select {
		case err := <-done:
			if err != nil {
				// The server's words may repeat the address.
				return errors.New("a notice was not taken by the mail server")
			}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
