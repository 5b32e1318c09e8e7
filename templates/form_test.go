package templates

import (
	"strings"
	"testing"
)

func TestAFormKeepsValuesAndTheOrderOfErrors(t *testing.T) {
	form := NewForm("topic", "road", "topic", "home", "name", "Ян")
	form.Fail("text", "component.max", "Count", 20)
	form.Fail("name", "component.no_answer")
	form.Fail("text", "component.no_answer")
	if form.Value("topic") != "road" || len(form.All("topic")) != 2 || !form.Is("topic", "home") || form.Is("topic", "x") {
		t.Error("values are wrong")
	}
	problems := form.Problems()
	if len(problems) != 2 || problems[0].Name != "text" || problems[0].Key != "component.max" || problems[1].Name != "name" {
		t.Errorf("errors: %+v", problems)
	}
	if form.OK() || form.Err("text") == nil || form.Err("topic") != nil {
		t.Error("OK or Err is wrong")
	}
}

func TestAFormThatIsNotThereIsEmptyAndRight(t *testing.T) {
	var form *Form
	if !form.OK() || form.Value("x") != "" || form.Is("x", "") || form.Err("x") != nil || form.Problems() != nil {
		t.Error("a nil form must behave as an empty one")
	}
}

func TestAFieldWithAnErrorIsTiedToItsMessage(t *testing.T) {
	page := render(t, gallerySet(t), "test/gallery", Page{Data: galleryData(true)})
	for _, want := range []string{
		`<a href="#f-text">`, `id="f-text"`, `aria-describedby="f-text-hint f-text-error f-text-count"`, `aria-invalid="true"`,
		`id="f-text-error"`, `Исправьте 3 ошибки`, "Температура &lt; 18 °C.</textarea>", `value="road" checked`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, absent := range []string{`aria-describedby=""`, `aria-describedby=" "`} {
		if strings.Contains(page, absent) {
			t.Errorf("the page has %s", absent)
		}
	}
}
