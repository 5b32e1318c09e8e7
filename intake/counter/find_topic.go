package counter

import (
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// mostTopics is how many topics one search offers.
const mostTopics = 8

// topicChoices are the topics that fit the words of the search, or the text
// where nothing was typed for it; nil before anybody has asked.
func (v *visit) topicChoices(d casework.FilingDraft, form *web.Form) []templates.Option {
	words := strings.TrimSpace(form.Value("topic_words"))
	if words == "" && !form.Is("do", "topics") {
		return nil
	}
	if words == "" {
		words = d.Text
	}
	var out []templates.Option
	add := func(code string) {
		name, ok := v.Topic(code)
		for _, o := range out {
			ok = ok && o.Value != code
		}
		if ok && len(out) < mostTopics {
			out = append(out, templates.Option{Value: code, Text: name, Hint: code})
		}
	}
	if v.FindTopics != nil {
		for _, code := range v.FindTopics(words, mostTopics) {
			add(code)
		}
	}
	for _, c := range v.Office.Suggest(words, d.Address).Topics {
		add(c.Label)
	}
	return out
}
