package ferrettest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"

	"priemnaya/casework/mongostore"
	"priemnaya/casework/storetest"
)

var (
	server    string
	databases atomic.Int64
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run starts one server for all tests; each test has a database of its own.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ferret")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	f, err := ferretdb.New(&ferretdb.Config{Listener: ferretdb.ListenerConfig{TCP: "127.0.0.1:0"}, Handler: "sqlite",
		SQLiteURL: "file:" + dir + "/", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = f.Run(ctx)
	}()
	server = f.MongoDBURI()
	code := m.Run()
	cancel()
	<-done
	return code
}

func open(t *testing.T) storetest.Storage {
	uri := strings.TrimSuffix(server, "/") + fmt.Sprintf("/t%d?retryWrites=false", databases.Add(1))
	s, err := mongostore.Open(t.Context(), uri, mongostore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestMongostorePassesTheSuiteOnFerretDB(t *testing.T) {
	storetest.Run(t, open, skips...)
}
