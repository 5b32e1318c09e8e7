package wire

import (
	"context"
	"errors"
	"io"
	"net/http"

	"priemnaya/bots"
)

// FileStatus is the answer of a server of files that gave no file.
type FileStatus int

// Error implements error; it names no address.
func (s FileStatus) Error() string { return "file: " + http.StatusText(int(s)) }

// Download begins to load a file of at most limit bytes. Errors:
// *bots.SendError, TooBig, RetryLater if the server may answer later, else Lost
// around a FileStatus.
func Download(ctx context.Context, client *http.Client, address string, limit int64) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &bots.SendError{Reason: bots.Lost, Err: WithoutAddress(err)}
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, &bots.SendError{Reason: bots.RetryLater, Err: WithoutAddress(err)}
	}
	if res.StatusCode == http.StatusOK && res.ContentLength <= limit {
		return Limit(res.Body, limit), nil
	}
	res.Body.Close()
	switch {
	case res.StatusCode == http.StatusOK:
		return nil, TooBig
	case res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500:
		return nil, &bots.SendError{Reason: bots.RetryLater, Err: FileStatus(res.StatusCode)}
	}
	return nil, &bots.SendError{Reason: bots.Lost, Err: FileStatus(res.StatusCode)}
}

// FileStatusOf gives the answer that an error of Download is about, 0 if it is
// about another matter.
func FileStatusOf(err error) int {
	var s FileStatus
	if errors.As(err, &s) {
		return int(s)
	}
	return 0
}
