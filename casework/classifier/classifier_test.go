package classifier

import (
	"regexp"
	"strings"
	"testing"
)

func TestTheOfficialClassifierIsWhole(t *testing.T) {
	tree := Official()
	byLevel := map[int]int{}
	code := regexp.MustCompile(`^\d{4}(\.\d{4}){3,4}$`)
	for _, topic := range tree.all {
		byLevel[topic.Level]++
		if !code.MatchString(topic.Code) {
			t.Errorf("code %q", topic.Code)
		}
		if _, ok := tree.Topic(topic.Parent); topic.Level > 1 && !ok {
			t.Errorf("%s has no parent", topic.Code)
		}
		if path := tree.Path(topic.Code); len(path) != topic.Level {
			t.Errorf("%s is %d steps from the top, level %d", topic.Code, len(path), topic.Level)
		}
	}
	for level, want := range map[int]int{1: 5, 2: 21, 3: 206, 4: 1225, 5: 651} {
		if byLevel[level] != want {
			t.Errorf("level %d has %d entries, want %d", level, byLevel[level], want)
		}
	}
	if len(tree.Subtypes()) < 20 {
		t.Errorf("%d subtypes", len(tree.Subtypes()))
	}
}

func TestSearchFindsOtherFormsOfAWord(t *testing.T) {
	for query, want := range map[string]string{
		"уличного освещения": "0003.0009.0097.0690",
		"озеленения":         "0003.0009.0097.0692",
	} {
		found := Official().Search(query, 5)
		if len(found) == 0 || found[0].Code != want {
			t.Errorf("%s: %v", query, found)
		}
	}
	if found := Official().Search("   ", 5); found != nil {
		t.Errorf("an empty query found %v", found)
	}
}

func TestMistakesInTheFilesAreNamed(t *testing.T) {
	head := "code,level,parent_code,name,is_leaf\n"
	for name, text := range map[string]string{
		"no level":   head + "0001,x,,Имя,0\n",
		"twice":      head + "0001,1,,Имя,0\n0001,1,,Имя,0\n",
		"no name":    head + "0001,1,, ,0\n",
		"few fields": head + "0001,1\n",
	} {
		if _, err := Parse(text, ""); err == nil || !strings.HasPrefix(err.Error(), "topics:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACodeIsNamedAndWhatBeginsItIsCompleted(t *testing.T) {
	tree := Official()
	const lights = "0003.0009.0097.0690"
	if topic, ok := tree.Topic(lights); !ok || tree.Name(lights) != topic.Name || topic.Name == lights {
		t.Errorf("%s is named %q", lights, tree.Name(lights))
	}
	if got := tree.Name("9999"); got != "9999" {
		t.Errorf("an unknown code is named %q", got)
	}
	found := tree.ByPrefix("0003.0009.0097", 7)
	if len(found) != 7 {
		t.Errorf("%d codes, want the 7 that were asked for", len(found))
	}
	for _, code := range found {
		if topic, _ := tree.Topic(code); !strings.HasPrefix(code, "0003.0009.0097") || topic.Level < 4 {
			t.Errorf("%s of level %d cannot be assigned", code, topic.Level)
		}
	}
	if got := tree.ByPrefix("9999", 7); got != nil {
		t.Errorf("what nobody knows: %v", got)
	}
}
