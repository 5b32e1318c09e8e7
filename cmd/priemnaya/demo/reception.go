package demo

import (
	"time"

	"priemnaya/casework"
)

// Receivers are the timetables of personal receptions of the demonstration.
func Receivers() []casework.Receiver {
	hours := func(days ...time.Weekday) []casework.ReceptionHours {
		var out []casework.ReceptionHours
		for _, d := range days {
			out = append(out, casework.ReceptionHours{Weekday: d, From: "10:00", To: "12:00"})
		}
		return out
	}
	return []casework.Receiver{
		{Body: "city-roads", Name: "Лапин Виктор Андреевич", Position: "Председатель Комитета дорог", Staff: "staff:dorogi-head",
			Place: "Мостовая улица, 3, кабинет 12", Minutes: 20, Ahead: 30, Reserve: 1, Hours: hours(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)},
		{Body: "city-housing", Name: "Громов Сергей Ильич", Position: "Председатель Комитета ЖКХ", Staff: "staff:zhkh-head",
			Place: "Садовая улица, 10, кабинет 4", Minutes: 15, Ahead: 30, Hours: hours(time.Tuesday, time.Thursday)},
		{Body: "min-health", Name: "Дёмин Павел Олегович", Position: "Заместитель министра здравоохранения", Staff: "staff:zdrav-head",
			Place: "Набережная, 1, кабинет 40", Minutes: 15, Ahead: 60, Hours: []casework.ReceptionHours{{Weekday: time.Wednesday, Nth: 2, From: "15:00", To: "17:00"}}},
	}
}
