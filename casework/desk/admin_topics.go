package desk

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// topicsPage is the data of desk/admin_topics.
type topicsPage struct {
	Form  *templates.Form
	Asked bool
	Lines []topicLine
}

// topicLine is a topic of the classifier with the bodies that answer for it.
type topicLine struct {
	Code, Name string
	Bodies     []topicBody
}

type topicBody struct{ Name, Href, Where string }

// topicsShown bounds the finds of a search for topics.
const topicsShown = 30

// findTopics finds codes of the classifier by words and says which body answers
// for each, and where: an administrator writes competences by these codes.
func (d *Desk) findTopics(v *visit) error {
	page := topicsPage{Form: templates.NewForm("q", v.c.Query("q"))}
	if words := strings.TrimSpace(v.c.Query("q")); words != "" && d.Topics != nil {
		page.Asked = true
		for _, code := range d.Topics.Find(words, topicsShown) {
			page.Lines = append(page.Lines, topicLine{Code: code, Name: v.topicName(code), Bodies: v.answerable(code)})
		}
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_topics", "desk", "desk_setup.topic.title", page)
}

// answerable lists the open bodies with a competence for a topic.
func (v *visit) answerable(code string) []topicBody {
	var out []topicBody
	for _, b := range v.registry.Bodies() {
		var where []string
		for _, c := range b.Competences {
			if strings.HasPrefix(code, c.Topic) {
				where = append(where, v.whereText(c))
			}
		}
		if len(where) > 0 && !b.Closed {
			out = append(out, topicBody{Name: v.bodyName(b.ID), Href: "/desk/admin/body?id=" + b.ID, Where: strings.Join(where, ", ")})
		}
	}
	return out
}

func (v *visit) whereText(c casework.Competence) string {
	if c.Territory == "" {
		return v.t("desk_setup.territory.any")
	}
	return v.registry.TerritoryName(c.Territory)
}
