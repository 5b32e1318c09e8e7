package visitor

import (
	"net/http"
	"net/url"
	"strings"
)

// Post sends a form to an address, as somebody would who has made the form
// himself: with the token of the open page, if that has one, and nothing else
// that a page would have filled in.
func (v *Visitor) Post(address string, fields Fields) error {
	values := url.Values{}
	for name, value := range fields {
		values.Set(name, value)
	}
	if token := v.Page.Input("_csrf"); token != "" && values.Get("_csrf") == "" {
		values.Set("_csrf", token)
	}
	target, err := v.resolve(address)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, target.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.send(req)
}
