package suggest

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadCSVAcceptsTheTablesPeopleHave(t *testing.T) {
	want := []Example{{ID: "7", Text: "Яма, глубокая\nу дома", Topic: "Дороги в городе", Category: "Дороги", Body: "Комитет"}}
	for _, c := range []struct{ name, file string }{
		{"commas", "id,category,category_name,topic,executor,text\n7,3,Дороги,Дороги в городе,Комитет,\"Яма, глубокая\nу дома\"\n"},
		{"semicolons", "id;category_name;topic;executor;text\n7;Дороги;Дороги в городе;Комитет;\"Яма, глубокая\nу дома\"\n"},
		{"a byte order mark", "\ufeffid,category_name,topic,executor,text\n7,Дороги,Дороги в городе,Комитет,\"Яма, глубокая\nу дома\"\n"},
		{"Windows line ends", "id,category_name,topic,executor,text\r\n7,Дороги,Дороги в городе,Комитет,\"Яма, глубокая\r\nу дома\"\r\n"},
		{"another order, capitals, an extra column", "Text,ID,note,Body,Topic,Category\n\"Яма, глубокая\nу дома\",7,x,Комитет,Дороги в городе,Дороги\n"},
		{"category_name before category, body before executor",
			"id,category,category_name,topic,executor,body,text\n7,3,Дороги,Дороги в городе,Никто,Комитет,\"Яма, глубокая\nу дома\"\n"},
		{"spaces around values", "id,category_name,topic,executor,text\n7 , Дороги,Дороги в городе ,Комитет,\" Яма, глубокая\nу дома \"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadCSV(strings.NewReader(c.file))
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestReadCSVReadsThePlace(t *testing.T) {
	got, err := ReadCSV(strings.NewReader("text,body,place\nяма,Комитет,г. Заречный\nсвет,,\n"))
	want := []Example{{Text: "яма", Body: "Комитет", Place: "г. Заречный"}, {Text: "свет"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestReadCSVNamesTheLineOfAnError(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"an empty file", "", "line 1: the file is empty"},
		{"no text", "id,topic\n1,Дороги\n", "line 1: there is no column text"},
		{"nothing to learn", "id,text\n1,яма\n", "line 1: there is no column topic"},
		{"a heading twice", "text,text,topic\nа,б,в\n", "line 1: two columns"},
		{"a short row after a long text", "text,topic\n\"яма\nглубокая\",Дороги\nяма\n", "line 4: "},
		{"an open quote", "text,topic\nа,б\n\"яма,Дороги\n", "line 3: "},
		{"a text of Windows-1251", "text,topic\nа,б\n\xff\xec\xe0,б\n", "line 3: the text is not UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadCSV(strings.NewReader(c.file))
			if got != nil || err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %+v, error %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestReadCSVPassesOnAFailedRead(t *testing.T) {
	fault := errors.New("the disk is gone")
	if _, err := ReadCSV(iotest.ErrReader(fault)); !errors.Is(err, fault) {
		t.Errorf("got %v", err)
	}
}
