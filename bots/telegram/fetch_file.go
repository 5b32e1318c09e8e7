package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// Fetch implements bots.Adapter. Telegram lets bots download 20 MB at most.
func (a *Adapter) Fetch(ctx context.Context, f bots.RemoteFile, limit int64) (io.ReadCloser, error) {
	if limit > fetchBytes {
		limit = fetchBytes
	}
	if f.Size > limit {
		return nil, wire.TooBig
	}
	if err := a.conf.Pace.Tick(ctx); err != nil {
		return nil, wire.WaitError(err)
	}
	raw, err := a.call(ctx, "getFile", tgbotapi.Params{"file_id": f.Ref})
	if err != nil {
		if wire.ReasonOf(err) == bots.Unsure {
			return nil, &bots.SendError{Reason: bots.RetryLater, Err: err}
		}
		return nil, err
	}
	var file struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	if err := json.Unmarshal(raw, &file); err != nil || file.Path == "" || strings.Contains(file.Path, "..") {
		return nil, &bots.SendError{Reason: bots.Lost, Err: errors.New("telegram: no path of the file")}
	}
	if file.Size > limit {
		return nil, wire.TooBig
	}
	return a.download(ctx, file.Path, limit)
}

func (a *Adapter) download(ctx context.Context, path string, limit int64) (io.ReadCloser, error) {
	u := *a.api
	u.Path += "/file/bot" + a.conf.Token + "/" + path
	file, err := wire.Download(ctx, a.http, u.String(), limit)
	if wire.FileStatusOf(err) == http.StatusUnauthorized {
		return nil, &bots.SendError{Reason: bots.Unauthorized, Err: err}
	}
	return file, err
}
