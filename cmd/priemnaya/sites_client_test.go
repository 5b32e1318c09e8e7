package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/intake/sites/sign"
	"priemnaya/intake/sites/verify"
)

// said collects what a command says while it runs.
type said struct {
	mu  sync.Mutex
	buf bytes.Buffer
	// first is closed at the first word.
	first chan struct{}
	once  sync.Once
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.once.Do(func() { close(s.first) })
	return s.buf.Write(b)
}

// siteClient files over a real connection; lazy, it drops its key after a loss.
func siteClient(base string, key sign.Key, lazy bool) error {
	var id, after string
	once := "key-of-an-appeal-0000"
	appeal := `{"procedure":"59-FZ","text":"Не горит фонарь.","applicant":{"surname":"А","given":"Б"},"person":{"provider":"esia","idToken":"any"}}`
	for range 12 {
		method, target, body := "POST", "/api/v1/appeals", appeal
		if id != "" {
			method, target, body = "GET", "/api/v1/appeals/"+id, ""
		}
		if after != "" {
			target = "/api/v1/changes?after=" + after
		}
		r, err := http.NewRequest(method, base+strings.TrimSuffix(target, "?after=-"), strings.NewReader(body))
		if err != nil {
			return err
		}
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", once)
		}
		if err := sign.Request(r, []byte(body), key, time.Now()); err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			if lazy {
				once = "key-of-an-appeal-0001"
			}
			continue
		}
		raw, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil {
			<-time.After(time.Duration(seconds) * time.Second)
			continue
		}
		var reply struct {
			ID, Next string
			More     bool
		}
		if err := json.Unmarshal(raw, &reply); err != nil || answer.StatusCode >= 300 {
			return fmt.Errorf("%s %s: %d %s", method, target, answer.StatusCode, raw)
		}
		switch {
		case after != "" && !reply.More:
			return nil
		case after != "":
			after = strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(reply.Next)
		case id != "":
			after = "-"
		default:
			id = reply.ID
		}
	}
	return nil
}

func TestAnIntegratorChecksHisClientByOneCommand(t *testing.T) {
	for name, lazy := range map[string]bool{"a good client": false, "a client that makes a new key": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, errs := &said{first: make(chan struct{})}, &said{first: make(chan struct{})}
			root := rootCommand()
			root.SetOut(out)
			root.SetErr(errs)
			root.SetArgs([]string{"sites", "verify", "client", "--key", "my-site.1", "--secret", "both know", "--seconds", "30", "--json"})
			ended := make(chan error, 1)
			go func() { ended <- root.ExecuteContext(t.Context()) }()
			select {
			case <-errs.first:
			case err := <-ended:
				t.Fatal(err)
			}
			errs.mu.Lock()
			address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(errs.buf.String())
			errs.mu.Unlock()
			if err := siteClient(address, sign.Key{ID: "my-site.1", Secret: []byte("both know")}, lazy); err != nil {
				t.Error(err)
			}
			err := <-ended
			var report verify.Report
			if json.Unmarshal(out.buf.Bytes(), &report) != nil || (err == nil) == lazy || report.OK() == lazy || report.URL != address || report.NotSeen < 4 {
				t.Errorf("%v:\n%s\n%s", err, out.buf.String(), errs.buf.String())
			}
			if lazy && !strings.Contains(out.buf.String(), "under another key") {
				t.Error(out.buf.String())
			}
		})
	}
}

func TestAClientThatNeverComesFailsTheCommand(t *testing.T) {
	out, err := runCLI("sites", "verify", "client", "--seconds", "1")
	if err == nil || !strings.Contains(out, "not seen  signature") || !strings.Contains(out, "0 passed, 0 failed, 20 not seen") ||
		!regexp.MustCompile(`address http://127\.0\.0\.1:\d+\nkey     verify-site\.00000000\nsecret  \S{26}\n`).MatchString(out) {
		t.Errorf("%v\n%s", err, out)
	}
	for _, args := range [][]string{{"--seconds", "0"}, {"--listen", "nowhere"}, {"--key", "a b"}, {"--secret-file", "/none"}} {
		if out, err := runCLI(append([]string{"sites", "verify", "client"}, args...)...); err == nil {
			t.Errorf("%v was accepted:\n%s", args, out)
		}
	}
}
