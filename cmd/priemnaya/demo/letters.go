package demo

import "priemnaya/casework"

// Templates are the letter templates of the demonstration.
func Templates() []casework.LetterTemplate {
	const common = casework.CommonTemplates
	return []casework.LetterTemplate{
		{ID: "explained", Body: common, Name: "Разъяснение", Outcome: casework.OutcomeExplained, Text: "Уважаемый(-ая) {{Имя}}!\n\n" +
			"Ваше обращение № {{Номер}} от {{Дата}} рассмотрено. Сообщаем следующее.\n\n" +
			"**По существу вопроса.** Работы, о которых вы пишете, внесены в план содержания улиц. Состояние участка проверено на месте.\n\n" +
			"Если вы не согласны с ответом, его можно обжаловать вышестоящему должностному лицу или в суд."},
		{ID: "measures", Body: common, Name: "Меры приняты", Outcome: casework.OutcomeMeasures, Text: "Уважаемый(-ая) {{Имя}}!\n\n" +
			"Ваше обращение № {{Номер}} от {{Дата}} рассмотрено и *поддержано*. Сделано следующее:\n- место осмотрено;\n- недостатки устранены."},
		{ID: "appeal", Body: common, Name: "Блок: порядок обжалования", Text: "Вы вправе обжаловать этот ответ вышестоящему должностному лицу " +
			"или в суд (статья 5 Федерального закона от 02.05.2006 № 59-ФЗ)."},
		{ID: "roads-plan", Body: "city-roads", Name: "Ремонт внесён в план", Outcome: casework.OutcomeSupported, Text: "Уважаемый(-ая) {{Имя}}!\n\n" +
			"{{Орган}} рассмотрел ваше обращение № {{Номер}}. Ремонт участка внесён в план работ. О сроке сообщим до {{Срок}}."},
	}
}
