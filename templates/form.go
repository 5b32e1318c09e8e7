package templates

// FieldError says what is wrong with one field: a text id and its values. The
// text must say how to mend it («Опишите вопрос: нужно хотя бы 20 знаков»).
type FieldError struct {
	Key  string
	Data map[string]any
}

// Form carries what was typed back to the page, with the errors found. All
// methods work on nil, so an untouched form needs no value.
type Form struct {
	Values map[string][]string
	Errors map[string]FieldError
	order  []string
}

// NewForm makes a form with the values given, name and value by turns; a page
// uses it to show what is already known.
func NewForm(pairs ...string) *Form {
	form := &Form{Values: map[string][]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Values[pairs[i]] = append(form.Values[pairs[i]], pairs[i+1])
	}
	return form
}

// Value returns the first value of the field, exactly as typed.
func (f *Form) Value(name string) string {
	if f == nil || len(f.Values[name]) == 0 {
		return ""
	}
	return f.Values[name][0]
}

// All returns every value of the field, as checkboxes send them.
func (f *Form) All(name string) []string {
	if f == nil {
		return nil
	}
	return f.Values[name]
}

// Is reports whether the field holds the value, for radios and checkboxes.
func (f *Form) Is(name, value string) bool {
	for _, held := range f.All(name) {
		if held == value {
			return true
		}
	}
	return false
}

// Fail records an error of the field; the first one of a field is kept. Values
// for the text follow as name, value, name, value.
func (f *Form) Fail(name, key string, pairs ...any) {
	if f.Errors == nil {
		f.Errors = map[string]FieldError{}
	}
	if _, taken := f.Errors[name]; taken {
		return
	}
	f.Errors[name] = FieldError{Key: key, Data: pairsMap(pairs)}
	f.order = append(f.order, name)
}

// OK reports whether no error was recorded.
func (f *Form) OK() bool { return f == nil || len(f.Errors) == 0 }

// Err returns the error of the field, or nil.
func (f *Form) Err(name string) *FieldError {
	if f == nil {
		return nil
	}
	if found, ok := f.Errors[name]; ok {
		return &found
	}
	return nil
}

// NamedError is an error with the field it belongs to.
type NamedError struct {
	Name string
	FieldError
}

// Problems lists the errors in the order they were recorded, for the summary.
func (f *Form) Problems() []NamedError {
	if f == nil {
		return nil
	}
	list := make([]NamedError, 0, len(f.order))
	for _, name := range f.order {
		list = append(list, NamedError{Name: name, FieldError: f.Errors[name]})
	}
	return list
}

func pairsMap(pairs []any) map[string]any {
	if len(pairs) == 0 {
		return nil
	}
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			data[name] = pairs[i+1]
		}
	}
	return data
}
