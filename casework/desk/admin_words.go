package desk

import "strings"

// registryWords says the lines of a registry file in the reader's words, and
// behind the code of a topic, a territory or a body what it is called.
func (v *visit) registryWords(lines []diffLine) []diffLine {
	for i, l := range lines {
		text := strings.TrimLeft(l.Text, " -")
		lead := l.Text[:len(l.Text)-len(text)]
		key, value, ok := strings.Cut(text, ":")
		if !ok {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"`)
		name := v.registryName(key, value)
		lines[i].Text = lead + v.keyWord(key) + ":"
		if value != "" {
			lines[i].Text += " " + value
		}
		if name != "" && name != value {
			lines[i].Text += " (" + name + ")"
		}
	}
	return lines
}

// keyWord is the word for a key of a file, or the key itself.
func (v *visit) keyWord(key string) string {
	if key == "id" {
		key = "code"
	}
	if text := v.label("desk_setup.key", key); text != "" {
		return text
	}
	return key
}

// registryName is what the value of a key is called; "" for what is no code.
func (v *visit) registryName(key, value string) string {
	switch key {
	case "topic":
		return v.topicName(value)
	case "territory", "code":
		return v.registry.TerritoryName(value)
	case "parent":
		return v.bodyName(value)
	case "level":
		return v.label("desk.admin.level", value)
	}
	if value == "true" {
		return v.t("desk_setup.yes")
	}
	return ""
}
