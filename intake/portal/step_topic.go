package portal

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

type topicsPage struct {
	ID string
	// Here is the entry whose parts are listed; empty at the top.
	Here Topic
	// Path leads from the top to Here.
	Path  []Topic
	Items []Topic
	Prev  string
	Back  string
}

// showTopics walks the classifier, one level a page.
func (p *Portal) showTopics(v *visit) error {
	code := v.c.Query("in")
	page := topicsPage{ID: v.draft.ID, Prev: v.stepPath("about")}
	if v.c.Query("back") == "check" {
		page.Back = "check"
	}
	if code != "" {
		here, ok := p.Topics.Topic(code)
		if !ok {
			return notFound()
		}
		page.Here = here
		page.Prev = v.stepPath("topic")
		for up := p.Topics.Parent(code); up != ""; up = p.Topics.Parent(up) {
			t, ok := p.Topics.Topic(up)
			if !ok || len(page.Path) > 8 {
				break
			}
			page.Path = append([]Topic{t}, page.Path...)
		}
		if n := len(page.Path); n > 0 {
			page.Prev += "?in=" + page.Path[n-1].Code
		}
	}
	if page.Back != "" {
		page.Prev = withBack(page.Prev)
	}
	page.Items = p.Topics.Under(code)
	return p.render(v.c, fiber.StatusOK, "topics", page)
}

// chooseTopic takes the topic found in the classifier.
func (p *Portal) chooseTopic(v *visit) error {
	code := web.ReadForm(v.c).Value("topic")
	if _, ok := p.Topics.Topic(code); !ok {
		return notFound()
	}
	err := p.change(v, func(d *casework.FilingDraft) error {
		d.Topic, d.Fields["topic"] = code, ""
		return nil
	})
	if err != nil {
		return err
	}
	to := v.stepPath("about")
	if v.c.Query("back") == "check" {
		to = withBack(to)
	}
	return p.Kit.Redirect(v.c, to+"#f-topic")
}

// withBack carries on that the person came to change one answer.
func withBack(address string) string {
	if strings.Contains(address, "?") {
		return address + "&back=check"
	}
	return address + "?back=check"
}
