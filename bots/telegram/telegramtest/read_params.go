package telegramtest

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// params are the parameters of a call, however they were sent.
type params struct {
	values map[string]string
	files  map[string]upload
}

type upload struct {
	name string
	data []byte
}

func (p params) get(name string) string { return p.values[name] }

func (p params) int(name string) int64 {
	n, _ := strconv.ParseInt(p.values[name], 10, 64)
	return n
}

// bind decodes a parameter that holds JSON; an absent one stays as it is.
func (p params) bind(name string, into any) error {
	if p.values[name] == "" {
		return nil
	}
	return json.Unmarshal([]byte(p.values[name]), into)
}

// readParams reads a query, a form, a multipart form or a JSON body: the Bot
// API takes all four.
func readParams(r *http.Request) (params, error) {
	p := params{values: map[string]string{}, files: map[string]upload{}}
	for k, v := range r.URL.Query() {
		p.values[k] = v[0]
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		var body map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return p, err
		}
		for k, v := range body {
			var text string
			if json.Unmarshal(v, &text) != nil {
				text = string(v)
			}
			p.values[k] = text
		}
	case "multipart/form-data":
		return p, readMultipart(r, p)
	default:
		if err := r.ParseForm(); err != nil {
			return p, err
		}
		for k, v := range r.PostForm {
			p.values[k] = v[0]
		}
	}
	return p, nil
}

func readMultipart(r *http.Request, p params) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			p.values[part.FormName()] = string(data)
			continue
		}
		p.files[part.FormName()] = upload{name: part.FileName(), data: data}
	}
}
