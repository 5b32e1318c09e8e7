package files

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Scanner looks for malicious code in an upload.
type Scanner interface {
	// Scan reads the whole of content and returns the name of what it found, ""
	// when nothing. An error means that the content was not judged.
	Scan(ctx context.Context, content io.Reader) (signature string, err error)
}

// clamdTimeout is the default for Clamd.Timeout.
const clamdTimeout = 30 * time.Second

// clamdChunk is the size of one INSTREAM part.
const clamdChunk = 64 << 10

// clamdReplyMax bounds the answer that is read.
const clamdReplyMax = 4 << 10

// Clamd asks a ClamAV daemon with the INSTREAM command.
type Clamd struct {
	// Addr is "host:port", or "unix:" and the path of a socket.
	Addr string
	// Timeout bounds connecting and every single read and write; 30 seconds
	// when zero. The whole scan is bounded by the context.
	Timeout time.Duration
}

// Scan sends content to the daemon. Errors: no connection, a connection that
// breaks off, and any answer but "OK" and "FOUND", such as that of a stream
// limit (StreamMaxLength) below our own.
func (c Clamd) Scan(ctx context.Context, content io.Reader) (string, error) {
	conn, err := c.dial(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	sendErr := c.send(conn, content)
	var notSent *readError
	if errors.As(sendErr, &notSent) {
		return "", notSent.err
	}
	// The daemon answers and hangs up when the stream is too long for it: its
	// answer says more than the broken pipe.
	reply, err := c.reply(conn)
	if err != nil && sendErr != nil {
		err = sendErr
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", err
	}
	return readReply(reply)
}

func (c Clamd) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return clamdTimeout
}

func (c Clamd) dial(ctx context.Context) (net.Conn, error) {
	network, addr := "tcp", c.Addr
	if path, ok := strings.CutPrefix(c.Addr, "unix:"); ok {
		network, addr = "unix", path
	}
	d := net.Dialer{Timeout: c.timeout()}
	return d.DialContext(ctx, network, addr)
}

// readError is a fault of the content, not of the daemon.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// send writes the command, the content in parts that carry their length, and
// the empty part that ends them.
func (c Clamd) send(conn net.Conn, content io.Reader) error {
	if err := c.write(conn, []byte("zINSTREAM\x00")); err != nil {
		return err
	}
	buf := make([]byte, 4+clamdChunk)
	for {
		n, err := io.ReadFull(content, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			if err := c.write(conn, buf[:4+n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return c.write(conn, make([]byte, 4))
		}
		if err != nil {
			return &readError{err}
		}
	}
}

func (c Clamd) write(conn net.Conn, p []byte) error {
	if err := conn.SetWriteDeadline(time.Now().Add(c.timeout())); err != nil {
		return err
	}
	_, err := conn.Write(p)
	return err
}

// reply reads up to the zero byte that ends the answer.
func (c Clamd) reply(conn net.Conn) (string, error) {
	if err := conn.SetReadDeadline(time.Now().Add(c.timeout())); err != nil {
		return "", err
	}
	var got []byte
	buf := make([]byte, 512)
	for len(got) < clamdReplyMax {
		n, err := conn.Read(buf)
		got = append(got, buf[:n]...)
		if i := bytes.IndexByte(got, 0); i >= 0 {
			return string(got[:i]), nil
		}
		if err != nil {
			return "", fmt.Errorf("clamd: no answer: %w", err)
		}
	}
	return "", errors.New("clamd: answer is too long")
}

// readReply understands "stream: OK" and "stream: NAME FOUND".
func readReply(reply string) (string, error) {
	verdict := strings.TrimSpace(strings.TrimPrefix(reply, "stream:"))
	if verdict == "OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(verdict, " FOUND"); ok && name != "" {
		return name, nil
	}
	return "", fmt.Errorf("clamd: %q", verdict)
}
