package telegram

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// How long a call may take.
const (
	callTime   = 30 * time.Second
	uploadTime = 5 * time.Minute
	// pollSeconds is how long Telegram holds a poll that finds nothing.
	pollSeconds = 50
)

// maxReply is the largest reply that is read: a hundred updates.
const maxReply = 16 << 20

// exchange is one call: it gives the library's request our context, watches
// whether all of it left, and keeps the status of the reply. The library knows
// none of these.
type exchange struct {
	ctx    context.Context
	http   *http.Client
	wrote  func() bool
	status int
}

// Do implements tgbotapi.HTTPClient.
func (e *exchange) Do(req *http.Request) (*http.Response, error) {
	var ctx context.Context
	ctx, e.wrote = wire.Watch(e.ctx)
	res, err := e.http.Do(req.WithContext(ctx))
	if err != nil {
		return nil, wire.WithoutAddress(err)
	}
	e.status = res.StatusCode
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, maxReply), res.Body}
	return res, nil
}

// call calls a method and gives its result; files make it a multipart form.
// Errors: *bots.SendError.
func (a *Adapter) call(ctx context.Context, method string, p tgbotapi.Params, files ...tgbotapi.RequestFile) (json.RawMessage, error) {
	x := &exchange{ctx: ctx, http: a.http}
	bot := a.bot
	bot.Client = x
	var reply *tgbotapi.APIResponse
	var err error
	if len(files) > 0 {
		reply, err = bot.UploadFiles(method, p, files)
	} else {
		reply, err = bot.MakeRequest(method, p)
	}
	if err == nil {
		return reply.Result, nil
	}
	// Errors of the library hold the code for some methods only; the reply
	// holds it for all.
	if reply != nil && !reply.Ok && reply.ErrorCode != 0 {
		return nil, refusal(reply)
	}
	return nil, x.failure(err)
}

// failure says what a call without a readable reply means.
func (e *exchange) failure(err error) error {
	out := &bots.SendError{Reason: bots.RetryLater, Err: wire.WithoutAddress(err)}
	switch {
	case e.status == http.StatusUnauthorized || e.status == http.StatusNotFound:
		out.Reason = bots.Unauthorized
	case e.status == http.StatusRequestEntityTooLarge:
		out.Reason = bots.TooBig
	case e.status == http.StatusTooManyRequests || e.status == http.StatusServiceUnavailable:
		// Refused at the door: nothing was done.
	case e.wrote != nil && e.wrote():
		out.Reason = bots.Unsure
	}
	return out
}

// refusal says what a refusal of the Bot API means. Its texts are no contract,
// so whatever is unknown of a code gets the code's usual meaning.
func refusal(r *tgbotapi.APIResponse) *bots.SendError {
	out := &bots.SendError{Reason: bots.Refused, Err: &tgbotapi.Error{Code: r.ErrorCode, Message: r.Description}}
	says := func(parts ...string) bool {
		low := strings.ToLower(r.Description)
		for _, p := range parts {
			if strings.Contains(low, p) {
				return true
			}
		}
		return false
	}
	switch {
	case r.ErrorCode == http.StatusUnauthorized || r.ErrorCode == http.StatusNotFound:
		out.Reason = bots.Unauthorized
	case r.ErrorCode == http.StatusTooManyRequests:
		out.Reason = bots.RetryLater
		if r.Parameters != nil {
			out.After = time.Duration(r.Parameters.RetryAfter) * time.Second
		}
	case r.ErrorCode == http.StatusForbidden && says("deactivated", "deleted", "kicked"):
		out.Reason = bots.Gone
	case r.ErrorCode == http.StatusForbidden:
		out.Reason = bots.Blocked
	case says("chat not found", "peer_id_invalid", "user not found", "upgraded to a supergroup"):
		out.Reason = bots.Gone
	case r.ErrorCode == http.StatusRequestEntityTooLarge || says("too long", "too big", "too large"):
		out.Reason = bots.TooBig
	case says("file_id", "temporarily unavailable", "file_reference"):
		out.Reason = bots.Lost
	case r.ErrorCode == http.StatusConflict || r.ErrorCode >= 500:
		out.Reason = bots.RetryLater
	}
	return out
}
