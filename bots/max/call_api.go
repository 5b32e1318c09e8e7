package max

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// How long a call may take.
const (
	callTime   = 30 * time.Second
	uploadTime = 10 * time.Minute
)

// maxReply is the largest reply that is read.
const maxReply = 16 << 20

// request is a call of a method.
type request struct {
	method, path string
	query        url.Values
	body         any
}

// apiError is a refusal of MAX.
type apiError struct {
	Status  int
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error tells the code only: messages may name a person's ID.
func (e *apiError) Error() string { return "max: " + strconv.Itoa(e.Status) + " " + e.Code }

// notReady is the code of a file that MAX has not yet looked through.
const notReady = "attachment.not.ready"

// call calls a method and decodes its reply. Errors: *bots.SendError.
func (a *Adapter) call(ctx context.Context, r request, into any) error {
	var body io.Reader
	if r.body != nil {
		raw, err := json.Marshal(r.body)
		if err != nil {
			return &bots.SendError{Reason: bots.Refused, Err: err}
		}
		body = bytes.NewReader(raw)
	}
	ctx, wrote := wire.Watch(ctx)
	req, err := http.NewRequestWithContext(ctx, r.method, a.conf.API+r.path+"?"+r.query.Encode(), body)
	if err != nil {
		return &bots.SendError{Reason: bots.Refused, Err: wire.WithoutAddress(err)}
	}
	req.Header.Set("Authorization", a.conf.Token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := a.http.Do(req)
	if err != nil {
		return broken(wire.WithoutAddress(err), wrote())
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return broken(wire.WithoutAddress(err), true)
	}
	if res.StatusCode != http.StatusOK {
		return refusal(res, raw)
	}
	var state struct {
		Success *bool `json:"success"`
	}
	if json.Unmarshal(raw, &state) == nil && state.Success != nil && !*state.Success {
		return &bots.SendError{Reason: bots.Refused, Err: errors.New("max: no success")}
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return &bots.SendError{Reason: bots.Unsure, Err: errors.New("max: the reply is not of the known form")}
	}
	return nil
}

// broken is a call without a reply.
func broken(err error, wrote bool) error {
	if wrote {
		return &bots.SendError{Reason: bots.Unsure, Err: err}
	}
	return &bots.SendError{Reason: bots.RetryLater, Err: err}
}

// refusal says what a reply other than 200 means.
func refusal(res *http.Response, raw []byte) error {
	e := &apiError{Status: res.StatusCode}
	known := json.Unmarshal(raw, e) == nil && e.Code != ""
	out := &bots.SendError{Reason: bots.Refused, Err: e}
	switch {
	case e.Status == http.StatusUnauthorized || e.Code == "verify.token":
		out.Reason = bots.Unauthorized
	case e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable:
		out.Reason = bots.RetryLater
		if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
			out.After = time.Duration(n) * time.Second
		} else if e.Status == http.StatusTooManyRequests {
			// MAX does not say how long; its limits are told per second.
			out.After = time.Second
		}
	case e.Status == http.StatusForbidden:
		out.Reason = bots.Blocked
	case e.Code == notReady:
		out.Reason, out.After = bots.RetryLater, 15*time.Second
	case e.Status == http.StatusNotFound && known:
		out.Reason = bots.Gone
	case e.Status == http.StatusRequestEntityTooLarge || strings.Contains(e.Message, "size must be"):
		out.Reason = bots.TooBig
	case e.Status == http.StatusMethodNotAllowed:
		out.Reason = bots.RetryLater
	case e.Status >= 500:
		// A gateway may have lost the reply of a call that was done.
		out.Reason = bots.Unsure
	}
	return out
}

// codeOf gives MAX's code of a refusal.
func codeOf(err error) string {
	var e *apiError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
