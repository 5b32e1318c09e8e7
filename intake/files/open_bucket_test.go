package files

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeS3 answers the requests of the store to a bucket of path style.
type fakeS3 struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func (f *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/bucket/")
	switch {
	case r.Method == http.MethodGet && r.URL.Query().Get("list-type") == "2":
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, "<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>")
		for k, v := range f.objects {
			fmt.Fprintf(w, "<Contents><Key>%s</Key><Size>%d</Size><LastModified>2020-01-01T00:00:00.000Z</LastModified><ETag>\"1\"</ETag></Contents>", k, len(v))
		}
		fmt.Fprint(w, "</ListBucketResult>")
	case r.Method == http.MethodPut:
		var body io.Reader = r.Body
		if strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") {
			// Chunks of this encoding differ from those of HTTP by extensions
			// and trailers only.
			body = httputil.NewChunkedReader(bufio.NewReader(body))
		}
		p, err := io.ReadAll(body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		f.objects[key] = p
		w.Header().Set("ETag", `"1"`)
	case r.Method == http.MethodDelete:
		delete(f.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case f.objects[key] == nil:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<Error><Code>NoSuchKey</Code></Error>")
	default:
		w.Header().Set("Last-Modified", time.Unix(0, 0).UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Length", fmt.Sprint(len(f.objects[key])))
		_, _ = w.Write(f.objects[key])
	}
}

func TestStoreWorksOnS3(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	fake := &fakeS3{objects: map[string][]byte{}}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	bucket, err := OpenBucket(context.Background(), "s3://bucket?region=ru-1&use_path_style=true&endpoint="+server.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bucket.Close() })
	s, _ := testStore(t, func(c *Config) { c.Bucket = bucket })
	f := put(t, s, "a.jpg", hostileJPEG(t))
	ctx := context.Background()
	if err := s.Verify(ctx, f); err != nil {
		t.Fatal(err)
	}
	fake.mu.Lock()
	fake.objects[blobName(f.ID, Working)][300] ^= 1
	fake.mu.Unlock()
	if r := ReasonOf(s.Verify(ctx, f)); r != Corrupted {
		t.Errorf("flipped byte: %q", r)
	}
	if n, err := s.Sweep(ctx, func(string) bool { return false }, time.Now()); n != 2 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if r := ReasonOf(s.Verify(ctx, f)); r != Missing {
		t.Errorf("swept file: %q", r)
	}
}
