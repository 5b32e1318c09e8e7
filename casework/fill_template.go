package casework

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// The fields of letter templates, in the words of those who write them.
const (
	fieldName     = "Имя"
	fieldFullName = "ФИО"
	fieldNumber   = "Номер"
	fieldDate     = "Дата"
	fieldDue      = "Срок"
	fieldBody     = "Орган"
	fieldPhone    = "Телефон"
	fieldOfficer  = "Исполнитель"
	fieldAddress  = "Адрес"
	fieldToday    = "Сегодня"
)

// TemplateFields lists the fields that a template may have: given name and
// patronymic, full name, number and date of registration, the day by which the
// answer is due, the body and its telephone, the officer, the place, today.
func TemplateFields() []string {
	return []string{fieldName, fieldFullName, fieldNumber, fieldDate, fieldDue, fieldBody, fieldPhone, fieldOfficer, fieldAddress, fieldToday}
}

// templateField is a field with what people put around its name.
var templateField = regexp.MustCompile(`\{\{([^{}\n]{0,60})\}\}`)

func templateFieldsOf(text string) []string {
	var out []string
	for _, m := range templateField.FindAllStringSubmatch(text, -1) {
		out = appendOnce(out, strings.TrimSpace(m[1]))
	}
	return out
}

// FillTemplate fills the fields of a template from a case. officer is the name
// of whoever writes. What an applicant wrote is put in as it is and its braces
// are not read as fields. Errors: Invalid with each field that is unknown, or
// that the case has no value for.
func (o *Office) FillTemplate(c *Case, text, officer string) (string, error) {
	values := o.templateValues(c, officer)
	e := &Error{Code: Invalid, Op: "casework.FillTemplate", Message: "template.invalid"}
	out := templateField.ReplaceAllStringFunc(text, func(field string) string {
		name := strings.TrimSpace(field[2 : len(field)-2])
		value := values[name]
		switch {
		case !slices.Contains(TemplateFields(), name):
			e.Fields = append(e.Fields, FieldError{Field: "template", Key: "template.unknown_field",
				Data: map[string]any{"Name": name, "Known": strings.Join(TemplateFields(), ", ")}})
		case value == "":
			e.Fields = append(e.Fields, FieldError{Field: "template", Key: "template.no_value", Data: map[string]any{"Name": name}})
		}
		// A star that somebody has in his name marks nothing.
		return strings.ReplaceAll(value, "*", `\*`)
	})
	if len(e.Fields) > 0 {
		return "", e
	}
	return out, nil
}

func (o *Office) templateValues(c *Case, officer string) map[string]string {
	name := c.Applicant().Name
	b, _ := o.Registry().Body(c.Place.Body)
	loc := b.Settings.Location()
	values := map[string]string{fieldName: strings.TrimSpace(name.Given + " " + name.Patronymic), fieldFullName: name.Full(),
		fieldNumber: c.Number, fieldDate: dayInWords(c.Origin.RegisteredOn), fieldBody: b.Name, fieldPhone: b.Contacts.Phone,
		fieldOfficer: officer, fieldAddress: c.Subject.Address, fieldToday: dayInWords(DateOf(o.now(), loc))}
	if t, ok := c.Term(TermConsider); ok {
		values[fieldDue] = dayInWords(t.Due)
	}
	return values
}

var monthsOf = []string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}

// dayInWords is a date as letters write it, "" for none.
func dayInWords(d Date) string {
	if d.IsZero() {
		return ""
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format("2 ") + monthsOf[d.Month-1] + " " +
		time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format("2006") + " года"
}
