package esia

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxReply is the most of a reply that is read, in bytes; real ones are a few KB.
const maxReply = 256 << 10

// post sends a form and reads JSON.
func (c *Client) post(ctx context.Context, path string, form url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return unreachable("esia"+path, err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(request, into)
}

// get reads JSON of the person with the access token.
func (c *Client) get(ctx context.Context, path, token string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return unreachable("esia"+strings.SplitN(path, "?", 2)[0], err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return c.do(request, into)
}

// reply is a refusal; ESIA sends it with 4xx and its number in the description.
type reply struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// do returns *statusError inside the error for an answer other than 200.
func (c *Client) do(request *http.Request, into any) error {
	op := "esia" + request.URL.Path[:min(len(request.URL.Path), 13)] // the oid after it is not for logs
	request.Header.Set("Accept", "application/json")
	answer, err := c.http.Do(request)
	if err != nil {
		var broken *url.Error
		if errors.As(err, &broken) {
			err = broken.Err // without the address, which may hold an oid
		}
		return unreachable(op, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxReply+1))
	if err != nil {
		return unreachable(op, errors.New("the reply broke off"))
	}
	if len(body) > maxReply {
		return distrust(op, "the reply is too large")
	}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if answer.StatusCode != http.StatusOK {
		var said reply
		if kind == "application/json" && json.Unmarshal(body, &said) == nil && said.Error != "" {
			return Explain(op, said.Description)
		}
		return unreachable(op, &statusError{answer.StatusCode})
	}
	// ESIA sometimes answers 200 with a page for people.
	if kind != "application/json" {
		return unreachable(op, fmt.Errorf("the reply is %q instead of JSON", kind))
	}
	if err := json.Unmarshal(body, into); err != nil {
		return distrust(op, "the reply is not the JSON it should be")
	}
	return nil
}

type statusError struct{ status int }

func (e *statusError) Error() string { return fmt.Sprintf("esia: status %d", e.status) }
