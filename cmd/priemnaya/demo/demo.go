// Package demo holds the demonstration: an invented region with its bodies,
// staff and appeals, and what fills an installation with them through the
// same acts that people use. Every name, text and address is invented.
package demo

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"priemnaya/casework"
	"priemnaya/casework/registry"
)

//go:embed registry.yaml
var registryYAML []byte

//go:embed appeals.csv
var appealsCSV []byte

// Registry is the registry of the invented region.
func Registry() (registry.Edition, error) {
	return registry.Read("registry.yaml", bytes.NewReader(registryYAML))
}

// Person is a member of the demonstration's staff.
type Person struct {
	Login, Name, Position string
	Grants                []casework.Grant
}

// Password is the password of every member of the demonstration's staff; it
// works on loopback only, since the demonstration does.
const Password = "Priemnaya-2026-demo"

// Staff are the demonstration's members of staff, one at least in each role.
func Staff() []Person {
	in := func(body string, roles ...casework.Role) []casework.Grant {
		var out []casework.Grant
		for _, r := range roles {
			out = append(out, casework.Grant{Role: r, Body: body})
		}
		return out
	}
	return []Person{
		{"registrator", "Анна Львовна Соколова", "Главный регистратор области", in(casework.Everywhere, casework.RoleRegistrar)},
		{"dorogi-reg", "Ольга Петровна Минаева", "Регистратор Комитета дорог", in("city-roads", casework.RoleRegistrar)},
		{"dorogi", "Игорь Павлович Ручьёв", "Инженер отдела ремонта дорог", in("city-roads", casework.RoleOfficer)},
		{"dorogi-head", "Виктор Андреевич Лапин", "Председатель Комитета дорог", in("city-roads", casework.RoleHead)},
		{"zhkh", "Марина Юрьевна Полякова", "Специалист отдела теплоснабжения", in("city-housing", casework.RoleOfficer)},
		{"zhkh-head", "Сергей Ильич Громов", "Председатель Комитета ЖКХ", in("city-housing", casework.RoleHead, casework.RoleRegistrar)},
		{"zdrav", "Елена Викторовна Осипова", "Консультант Минздрава", in("min-health", casework.RoleOfficer)},
		{"zdrav-head", "Павел Олегович Дёмин", "Заместитель министра здравоохранения", in("min-health", casework.RoleHead, casework.RoleRegistrar)},
		{"kontrol", "Наталья Игоревна Вершинина", "Контроль Правительства области", in(casework.Everywhere, casework.RoleSupervisor)},
		{"mfc", "Дарья Сергеевна Кузина", "Оператор МФЦ", in("city-admin", casework.RoleOperator)},
		{"admin", "Артём Николаевич Белов", "Администратор системы", in(casework.Everywhere, casework.RoleAdministrator)},
		{"admin-2", "Светлана Юрьевна Тихонова", "Второй администратор", in(casework.Everywhere, casework.RoleAdministrator)},
	}
}

// Colleagues are further officers whom demonstration cases are with. Nobody
// signs in as one of them: they have no password.
func Colleagues() []Person {
	var out []Person
	for _, p := range []struct{ body, name, position string }{
		{"min-roads", "Роман Евгеньевич Стрижов", "Консультант Миндортранса"},
		{"min-social", "Лидия Фёдоровна Ершова", "Консультант Минсоцзащиты"},
		{"min-education", "Никита Алексеевич Соболев", "Консультант Минобразования"},
		{"min-ecology", "Инна Романовна Лескова", "Консультант Минприроды"},
		{"housing-inspection", "Юрий Степанович Каменев", "Инспектор Жилинспекции"},
		{"city-admin", "Алла Борисовна Вешнякова", "Специалист администрации города"},
		{"city-greening", "Денис Олегович Рощин", "Специалист Комитета благоустройства"},
		{"city-education", "Раиса Ивановна Полетаева", "Специалист Комитета образования"},
		{"lug-admin", "Фёдор Петрович Луговой", "Специалист администрации Луговского района"},
		{"lake-admin", "Вера Андреевна Озерова", "Специалист администрации Приозёрного района"},
		{"consumer", "Тимур Ринатович Агеев", "Специалист защиты потребителей"},
	} {
		out = append(out, Person{Login: p.body + "-officer", Name: p.name, Position: p.position,
			Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: p.body}}})
	}
	return out
}

// Appeal is one demonstration appeal.
type Appeal struct {
	Topic, Territory, Category string
	Kind                       casework.Kind
	Text                       string
	Applicant                  casework.PersonName
}

var (
	// streets are the beginnings of adjectives of one declension.
	streets  = []string{"Садов", "Мостов", "Гончарн", "Заводск", "Полев", "Рыбацк", "Лугов", "Вокзальн", "Хлебн", "Сиренев"}
	surnames = []string{"Антипова", "Бирюков", "Власова", "Горшков", "Дорохова", "Ежов", "Жилина", "Зимин", "Ильина", "Кравец",
		"Ломова", "Мухин", "Нечаева", "Орлов", "Панина", "Рябов", "Седова", "Тихонов", "Уварова", "Фролов"}
	women = []string{"Вера", "Галина", "Дина", "Зоя", "Кира"}
	men   = []string{"Антон", "Борис", "Глеб", "Захар", "Лев"}
)

// Appeals makes n appeals: the base texts in turn, each time at other places.
// The same n gives the same appeals.
func Appeals(n int) ([]Appeal, error) {
	r := csv.NewReader(bytes.NewReader(appealsCSV))
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("demo appeals: %w", err)
	}
	rows = rows[1:]
	out := make([]Appeal, n)
	for i := range out {
		row := rows[i%len(rows)]
		round := i / len(rows)
		street := streets[(i*7+round*3)%len(streets)]
		text := strings.NewReplacer("{улица}", "улица "+street+"ая", "{улицы}", "улицы "+street+"ой", "{улице}", "улице "+street+"ой",
			"{улицу}", "улицу "+street+"ую", "{дом}", fmt.Sprint(3+(i*13+round*5)%90)).Replace(row[4])
		out[i] = Appeal{Topic: row[0], Territory: row[1], Kind: casework.Kind(row[2]), Category: row[3],
			Text: text, Applicant: applicant(i)}
	}
	return out, nil
}

func applicant(i int) casework.PersonName {
	surname := surnames[(i*11)%len(surnames)]
	if i*11%len(surnames)%2 == 0 {
		return casework.PersonName{Surname: surname, Given: women[i%len(women)], Patronymic: "Сергеевна"}
	}
	return casework.PersonName{Surname: surname, Given: men[i%len(men)], Patronymic: "Петрович"}
}
