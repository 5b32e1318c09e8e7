package suggest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// subject is an invented topic with phrases of our own.
type subject struct {
	topic, category string
	phrases         []string
}

var subjects = []subject{
	{"Уличное освещение", "Благоустройство", []string{
		"не горят фонари", "темно вечером, лампы перегорели", "фонарный столб стоит без лампы", "освещение погасло неделю назад"}},
	{"Ямы на дороге", "Дороги", []string{
		"глубокая яма на проезжей части", "асфальт разбит, ямы", "машина попала колесом в выбоину", "дорожное полотно разрушено"}},
	{"Расписание автобусов", "Транспорт", []string{
		"автобус не приехал по расписанию", "маршрут отменили, ждём час на остановке", "водитель автобуса не остановился", "интервал движения маршрутки велик"}},
	{"Вывоз мусора", "Благоустройство", []string{
		"контейнеры переполнены мусором", "мусор не вывозят", "свалка отходов у баков", "регоператор не вывозит отходы"}},
	{"Приём в поликлинике", "Здравоохранение", []string{
		"не записаться к врачу", "в поликлинике нет терапевта", "очередь к врачу на месяц", "врач отказал в приёме"}},
}

// towns each have their own body for everything but health.
var towns = []struct{ name, body string }{
	{"Заречный", "Администрация города Заречный"},
	{"Лесногорск", "Администрация города Лесногорск"},
	{"Приозёрье", "Администрация посёлка Приозёрье"},
}

// invented makes n past cases of our own words.
func invented(n int, seed uint64) []Example {
	random := rand.New(rand.NewPCG(seed, 1))
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	starts := []string{"Здравствуйте!", "Прошу помочь:", "Добрый день,", "Жалоба.", "Который раз пишу:"}
	ends := []string{"Примите меры.", "Когда исправят?", "Жду ответа.", "Так жить нельзя!", ""}
	var out []Example
	for i := range n {
		s, t := subjects[random.IntN(len(subjects))], towns[random.IntN(len(towns))]
		body := t.body
		if s.category == "Здравоохранение" {
			body = "Министерство здравоохранения"
		}
		out = append(out, Example{
			ID:    fmt.Sprint(i),
			Text:  fmt.Sprintf("%s В г. %s, дом %d: %s. %s", pick(starts), t.name, 1+random.IntN(60), pick(s.phrases), pick(ends)),
			Topic: s.topic, Category: s.category, Body: body,
		})
	}
	return out
}

// trained is a model shared by the tests that only read it.
var trained = sync.OnceValues(func() (*Model, error) { return Train(invented(300, 7), Options{}) })

func mustTrained(t testing.TB) *Model {
	t.Helper()
	m, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
