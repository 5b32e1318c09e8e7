package templates

import (
	"errors"
	"fmt"
	"io/fs"
	"sort"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// catalogue holds the texts of all languages.
type catalogue struct {
	localizers map[string]*i18n.Localizer
	keys       map[string]map[string]string // language → id → file
}

// loadTexts reads every locales/<area>.<language>.toml; an id may be written
// once per language, whatever file it stands in.
func (s *source) loadTexts(tree fs.FS) error {
	bundle := i18n.NewBundle(language.Russian)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	texts := &catalogue{localizers: map[string]*i18n.Localizer{}, keys: map[string]map[string]string{}}
	for _, lang := range Languages {
		texts.keys[lang] = map[string]string{}
	}
	err := walk(tree, "locales", ".toml", func(file, body string) error {
		parsed, err := bundle.ParseMessageFileBytes([]byte(body), file)
		if err != nil {
			return err
		}
		keys, known := texts.keys[parsed.Tag.String()]
		if !known {
			return fmt.Errorf("language %q is not one of %v", parsed.Tag, Languages)
		}
		for _, message := range parsed.Messages {
			if first, taken := keys[message.ID]; taken {
				return fmt.Errorf("text %q already stands in %s", message.ID, first)
			}
			keys[message.ID] = file
		}
		return nil
	})
	for _, lang := range Languages {
		texts.localizers[lang] = i18n.NewLocalizer(bundle, lang)
	}
	s.texts = texts
	return err
}

// language returns lang when it is supported and the default one otherwise.
func (c *catalogue) language(lang string) string {
	if _, ok := c.localizers[lang]; ok {
		return lang
	}
	return Languages[0]
}

// T returns the text with the id in the language, with data filled in. A count
// (int or a decimal string) chooses the plural form and is {{.Count}} inside the
// text, and a Norm is said in the language. A text missing in English is shown in Russian; one that exists nowhere
// is shown as [id], and a test of this package fails.
func (s *Set) T(lang, id string, data map[string]any, count ...any) string {
	config := &i18n.LocalizeConfig{MessageID: id}
	data = saidNorm(lang, data)
	if len(count) > 0 {
		values := make(map[string]any, len(data)+1)
		for key, value := range data {
			values[key] = value
		}
		values["Count"] = count[0]
		config.PluralCount, data = count[0], values
	}
	if data != nil {
		config.TemplateData = data
	}
	text, err := s.texts.localizers[s.texts.language(lang)].Localize(config)
	var missing *i18n.MessageNotFoundErr
	if err != nil && !(errors.As(err, &missing) && text != "") {
		return "[" + id + "]"
	}
	return text
}

// Has reports whether the text exists in the language.
func (s *Set) Has(lang, id string) bool {
	_, ok := s.texts.keys[s.texts.language(lang)][id]
	return ok
}

// Keys lists the ids of one language in order, for tests.
func (s *Set) Keys(lang string) []string {
	keys := make([]string, 0, len(s.texts.keys[lang]))
	for key := range s.texts.keys[lang] {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
