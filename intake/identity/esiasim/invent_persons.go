package esiasim

// Person is an invented account of the emulator.
type Person struct {
	OID                        string
	Surname, Given, Patronymic string
	// Trusted and Level are the state of the account: PR confirmed, P
	// simplified or standard, KD a child's.
	Trusted bool
	Level   string
	// Birth is dd.MM.yyyy, Gender M or F, Citizenship three letters.
	Birth, Gender, Citizenship string
	Contacts                   []Contact
	// Note is the last part of a text id: what is special about the person.
	Note string
}

// Contact is a way to reach a person.
type Contact struct {
	ID string
	// Type is EML, MBT, PHN or CEM.
	Type, Value string
	Verified    bool
}

// Name is surname, given name and patronymic.
func (p Person) Name() string {
	name := p.Surname
	for _, part := range []string{p.Given, p.Patronymic} {
		if part != "" {
			name += " " + part
		}
	}
	return name
}

// DefaultPersons are all invented: no such people exist, and their addresses
// end in .example.
func DefaultPersons() []Person {
	mail := func(id, value string, verified bool) Contact {
		return Contact{ID: id, Type: "EML", Value: value, Verified: verified}
	}
	phone := func(id, value string) Contact { return Contact{ID: id, Type: "MBT", Value: value, Verified: true} }
	return []Person{
		{OID: "1000000001", Surname: "Вербицкая", Given: "Таисия", Patronymic: "Аркадьевна", Trusted: true, Level: "PR",
			Birth: "14.03.1961", Gender: "F", Citizenship: "RUS", Note: "confirmed",
			Contacts: []Contact{mail("11", "verbitskaya@post.example", true), phone("12", "+7(000)0000001")}},
		{OID: "1000000002", Surname: "Кологривов", Given: "Платон", Patronymic: "Игнатьевич", Trusted: true, Level: "PR",
			Birth: "02.11.1987", Gender: "M", Citizenship: "RUS", Note: "confirmed",
			Contacts: []Contact{mail("21", "kologrivov@pismo.example", true)}},
		{OID: "1000000003", Surname: "Мезенцева", Given: "Ульяна", Patronymic: "Родионовна", Trusted: false, Level: "P",
			Birth: "25.07.1999", Gender: "F", Citizenship: "RUS", Note: "simplified",
			Contacts: []Contact{mail("31", "mezentseva@pochta.example", true)}},
		{OID: "1000000004", Surname: "Гарифуллин", Given: "Ильсур", Trusted: true, Level: "PR",
			Birth: "09.01.1978", Gender: "M", Citizenship: "RUS", Note: "no_patronymic",
			Contacts: []Contact{mail("41", "garifullin@yashchik.example", true)}},
		{OID: "1000000005", Surname: "Заболотская-Верхнеудинская-Преображенская-Староконстантинова", Given: "Аполлинария",
			Patronymic: "Вячеславовна", Trusted: true, Level: "PR", Birth: "30.09.1954", Gender: "F", Citizenship: "RUS",
			Note: "long_name", Contacts: []Contact{mail("51", "zabolotskaya@post.example", true)}},
		{OID: "1000000006", Surname: "Тюфякин", Given: "Евграф", Patronymic: "Саввич", Trusted: true, Level: "PR",
			Birth: "18.12.1943", Gender: "M", Citizenship: "RUS", Note: "no_email",
			Contacts: []Contact{phone("61", "+7(000)0000006")}},
		{OID: "1000000007", Surname: "Ломтева", Given: "Ксения", Patronymic: "Тихоновна", Trusted: true, Level: "PR",
			Birth: "06.06.1992", Gender: "F", Citizenship: "RUS", Note: "unverified_email",
			Contacts: []Contact{mail("71", "lomteva@ne-podtverzhdena.example", false)}},
		{OID: "1000000008", Surname: "Ягодкин", Given: "Матвей", Patronymic: "Львович", Trusted: false, Level: "KD",
			Birth: "21.04.2014", Gender: "M", Citizenship: "RUS", Note: "child"},
		{OID: "1000000009", Surname: "Okonjo-Lindqvist", Given: "Marguerite", Trusted: true, Level: "PR",
			Birth: "11.08.1983", Gender: "F", Citizenship: "SWE", Note: "foreigner",
			Contacts: []Contact{mail("91", "marguerite@brev.example", true)}},
		{OID: "1000000010", Surname: "Абдурахмонов", Given: "Фирдавс", Patronymic: "Неъматуллоевич", Trusted: false, Level: "P",
			Birth: "03.02.1990", Gender: "M", Citizenship: "TJK", Note: "foreigner",
			Contacts: []Contact{mail("101", "firdavs.staryi@noma.example", false), mail("102", "firdavs@noma.example", true)}},
		{OID: "1000000011", Surname: "О’Хара-Дьячкова", Given: "Снежана", Patronymic: "Ярополковна", Trusted: true, Level: "PR",
			Birth: "29.02.1996", Gender: "F", Citizenship: "RUS", Note: "odd_letters",
			Contacts: []Contact{mail("111", "ohara-dyachkova@pismo.example", true)}},
		{OID: "1000000012", Given: "Сурья", Trusted: true, Level: "PR",
			Birth: "15.05.1975", Gender: "F", Citizenship: "IDN", Note: "no_surname",
			Contacts: []Contact{mail("121", "surya@surat.example", true)}},
	}
}
