package files

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
)

// fakeClamd speaks INSTREAM. It judges by the content: EICAR is found, "error"
// is an error, "drop" hangs up, "hang" never answers.
type fakeClamd struct {
	max  int
	done chan struct{}
}

func startClamd(t *testing.T, network, addr string, max int) string {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	f := &fakeClamd{max: max, done: make(chan struct{})}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { f.serve(conn) })
		}
	})
	t.Cleanup(func() { close(f.done); _ = l.Close(); serving.Wait() })
	if network == "unix" {
		return "unix:" + addr
	}
	return l.Addr().String()
}

func (f *fakeClamd) serve(conn net.Conn) {
	defer conn.Close()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var content bytes.Buffer
	for {
		var n uint32
		if err := binary.Read(conn, binary.BigEndian, &n); err != nil {
			return
		}
		if n == 0 {
			break
		}
		if content.Len()+int(n) > f.max {
			_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		if _, err := io.CopyN(&content, conn, int64(n)); err != nil {
			return
		}
		if strings.HasPrefix(content.String(), "drop") {
			return
		}
	}
	switch text := content.String(); {
	case strings.Contains(text, "EICAR"):
		_, _ = io.WriteString(conn, "stream: Win.Test.EICAR_HDB-1 FOUND\x00")
	case strings.HasPrefix(text, "error"):
		_, _ = io.WriteString(conn, "stream: Can't allocate memory ERROR\x00")
	case strings.HasPrefix(text, "hang"):
		<-f.done
	case strings.HasPrefix(text, "mute"):
	case strings.HasPrefix(text, "talk"):
		_, _ = io.WriteString(conn, strings.Repeat("x", 2*clamdReplyMax))
	default:
		_, _ = io.WriteString(conn, "stream: OK\x00")
	}
}

func TestClamdIsUnderstoodOverTCPAndSocket(t *testing.T) {
	for _, addr := range []string{
		startClamd(t, "tcp", "127.0.0.1:0", 1<<20),
		startClamd(t, "unix", filepath.Join(t.TempDir(), "c"), 1<<20),
	} {
		for _, x := range []struct{ content, signature, failure string }{
			{"просьба", "", ""},
			{strings.Repeat("a", 300_000), "", ""},
			{"X5O!-EICAR", "Win.Test.EICAR_HDB-1", ""},
			{"error", "", "ERROR"},
			{"drop", "", ""},
			{"mute", "", "no answer"},
			{"hang", "", "timeout"},
			{"talk", "", "too long"},
			{strings.Repeat("a", 2<<20), "", ""},
		} {
			c := Clamd{Addr: addr, Timeout: 20 * time.Second}
			if x.content == "hang" {
				c.Timeout = 200 * time.Millisecond
			}
			signature, err := c.Scan(context.Background(), strings.NewReader(x.content))
			fails := x.failure != "" || strings.HasPrefix(x.content, "drop") || len(x.content) > 1<<20
			if signature != x.signature || (err != nil) != fails || err != nil && !strings.Contains(err.Error(), x.failure) {
				t.Errorf("%.10s: %q, %v", x.content, signature, err)
			}
		}
	}
}

func TestScanEndsWithItsContextAndWithAFaultOfTheContent(t *testing.T) {
	c := Clamd{Addr: startClamd(t, "tcp", "127.0.0.1:0", 1<<20)}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Scan(ctx, strings.NewReader("hang")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("context over: %v", err)
	}
	fault := errors.New("disk")
	if _, err := c.Scan(context.Background(), io.MultiReader(strings.NewReader("a"), readerFunc(func([]byte) (int, error) { return 0, fault }))); !errors.Is(err, fault) {
		t.Errorf("fault of the content: %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestInfectedUploadIsRefusedAndACleanOneIsMarked(t *testing.T) {
	addr := startClamd(t, "tcp", "127.0.0.1:0", 1<<20)
	s, bucket := testStore(t, func(c *Config) { c.Scanner = Clamd{Addr: addr} })
	_, err := s.Put(context.Background(), "a.txt", strings.NewReader("X5O!-EICAR"))
	var e *casework.Error
	if !errors.As(err, &e) || ReasonOf(err) != Infected || e.Data["Signature"] != "Win.Test.EICAR_HDB-1" {
		t.Errorf("got %v", err)
	}
	if left := keys(t, bucket); len(left) != 0 {
		t.Errorf("blobs left: %v", left)
	}
	if f := put(t, s, "b.txt", []byte("text")); f.Scan != ScanClean {
		t.Errorf("scan is %q", f.Scan)
	}
}

func TestDeadScannerRefusesOrMarksAsConfigured(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	s, bucket := testStore(t, func(c *Config) { c.Scanner = Clamd{Addr: addr} })
	_, err = s.Put(context.Background(), "a.txt", strings.NewReader("text"))
	if ReasonOf(err) != ScanFailed || casework.CodeOf(err) != casework.Unavailable || len(keys(t, bucket)) != 0 {
		t.Errorf("got %v", err)
	}
	lenient, _ := testStore(t, func(c *Config) { c.Scanner, c.AcceptUnscanned = Clamd{Addr: addr}, true })
	if f := put(t, lenient, "a.txt", []byte("text")); f.Scan != ScanMissed {
		t.Errorf("scan is %q", f.Scan)
	}
}
