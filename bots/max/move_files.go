package max

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// upload sends a file in two steps and gives its token.
func (a *Adapter) upload(ctx context.Context, f *bots.Attachment) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	if f.Size > sendBytes {
		return "", wire.TooBig
	}
	if err := a.conf.Pace.Tick(ctx); err != nil {
		return "", wire.WaitError(err)
	}
	var target struct {
		URL   string `json:"url"`
		Token string `json:"token"`
	}
	if err := a.call(ctx, request{method: http.MethodPost, path: "/uploads", query: url.Values{"type": {"file"}}}, &target); err != nil {
		return "", repeatable(err)
	}
	if !a.secure(target.URL) {
		return "", &bots.SendError{Reason: bots.RetryLater, Err: errors.New("max: an upload address that is not https")}
	}
	token, err := a.put(ctx, target.URL, f)
	if err != nil {
		return "", err
	}
	if token == "" {
		token = target.Token
	}
	if token == "" {
		return "", &bots.SendError{Reason: bots.RetryLater, Err: errors.New("max: an upload without a token")}
	}
	return token, nil
}

// put sends the contents. The address carries its own right, so the bot's
// token does not go there. The length is told, for not every server of files
// takes a body of unknown length.
func (a *Adapter) put(ctx context.Context, address string, f *bots.Attachment) (string, error) {
	var frame bytes.Buffer
	form := multipart.NewWriter(&frame)
	if _, err := form.CreateFormFile("data", f.Name); err != nil {
		return "", &bots.SendError{Reason: bots.Refused, Err: err}
	}
	split := frame.Len()
	if err := form.Close(); err != nil {
		return "", &bots.SendError{Reason: bots.Refused, Err: err}
	}
	file, err := f.Open(ctx)
	if err != nil {
		return "", &bots.SendError{Reason: bots.RetryLater, Err: fmt.Errorf("max: open file: %w", err)}
	}
	defer file.Close()
	head, tail := frame.Bytes()[:split], frame.Bytes()[split:]
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address,
		io.MultiReader(bytes.NewReader(head), io.LimitReader(file, f.Size), bytes.NewReader(tail)))
	if err != nil {
		return "", &bots.SendError{Reason: bots.RetryLater, Err: wire.WithoutAddress(err)}
	}
	req.ContentLength = int64(frame.Len()) + f.Size
	req.Header.Set("Content-Type", form.FormDataContentType())
	res, err := a.http.Do(req)
	if err != nil {
		return "", &bots.SendError{Reason: bots.RetryLater, Err: wire.WithoutAddress(err)}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	switch {
	case err != nil || res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests:
		return "", &bots.SendError{Reason: bots.RetryLater, Err: errors.New("max: upload: " + res.Status)}
	case res.StatusCode == http.StatusRequestEntityTooLarge:
		return "", wire.TooBig
	case res.StatusCode != http.StatusOK:
		return "", &bots.SendError{Reason: bots.Refused, Err: errors.New("max: upload: " + res.Status)}
	}
	var reply struct {
		Token string `json:"token"`
	}
	// Some kinds of uploads answer with a line that is no JSON.
	if json.Unmarshal(raw, &reply) != nil {
		return "", nil
	}
	return reply.Token, nil
}

// secure reports an address that files may go to or come from.
func (a *Adapter) secure(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	// Only a simulation answers without TLS.
	return u.Scheme == "https" || u.Scheme == "http" && strings.HasPrefix(a.conf.API, "http://")
}

// repeatable turns an unsure call that changes nothing into one to repeat.
func repeatable(err error) error {
	if wire.ReasonOf(err) == bots.Unsure {
		return &bots.SendError{Reason: bots.RetryLater, Err: err}
	}
	return err
}

// Fetch implements bots.Adapter. f.Ref is the message and the print of the
// attachment; where to load it from is asked of MAX now.
func (a *Adapter) Fetch(ctx context.Context, f bots.RemoteFile, limit int64) (io.ReadCloser, error) {
	if f.Size > limit {
		return nil, wire.TooBig
	}
	address, err := a.locate(ctx, f.Ref)
	if err != nil {
		return nil, err
	}
	if !a.secure(address) {
		return nil, &bots.SendError{Reason: bots.Lost, Err: errors.New("max: a file address that is not https")}
	}
	return wire.Download(ctx, a.http, address, limit)
}

// locate asks where an attachment lies.
func (a *Adapter) locate(ctx context.Context, ref string) (string, error) {
	mid, print, _ := strings.Cut(ref, " ")
	if mid == "" || print == "" {
		return "", &bots.SendError{Reason: bots.Lost, Err: errors.New("max: no file reference")}
	}
	if err := a.conf.Pace.Tick(ctx); err != nil {
		return "", wire.WaitError(err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	var m message
	if err := a.call(ctx, request{method: http.MethodGet, path: "/messages/" + url.PathEscape(mid)}, &m); err != nil {
		return "", lost(err)
	}
	for _, at := range attached(m) {
		if at.print() != print {
			continue
		}
		if at.Type == "video" {
			return a.locateVideo(ctx, at.media().Token)
		}
		return at.media().URL, nil
	}
	return "", &bots.SendError{Reason: bots.Lost, Err: errors.New("max: the attachment is not in the message any more")}
}

// locateVideo gives the address of a video in a moderate size: officers look
// at it, and large ones only run into our own limit.
func (a *Adapter) locateVideo(ctx context.Context, token string) (string, error) {
	var v struct {
		URLs map[string]*string `json:"urls"`
	}
	if err := a.call(ctx, request{method: http.MethodGet, path: "/videos/" + url.PathEscape(token)}, &v); err != nil {
		return "", lost(err)
	}
	for _, size := range []string{"mp4_720", "mp4_480", "mp4_1080", "mp4_360", "mp4_240", "mp4_144"} {
		if p := v.URLs[size]; p != nil && *p != "" {
			return *p, nil
		}
	}
	return "", &bots.SendError{Reason: bots.Lost, Err: errors.New("max: the video has no address")}
}

// lost names a missing message what it is for a file.
func lost(err error) error {
	if wire.ReasonOf(err) == bots.Gone || wire.ReasonOf(err) == bots.Blocked {
		return &bots.SendError{Reason: bots.Lost, Err: err}
	}
	return repeatable(err)
}
