package letter

import "time"

// Letter is what is printed. Empty fields leave no gap.
type Letter struct {
	// Body is the full name of the body, Contacts the lines below it.
	Body     string
	Contacts []string
	// Number and Date are those of the letter, Date in words; Reply says which
	// appeal it answers.
	Number, Date, Reply string
	// To are the lines of the addressee.
	To []string
	// Title stands above the text.
	Title string
	// Text is plain text with the light marks of letters, see
	// templates.ReadMarks; an empty line begins a paragraph.
	Text string
	// Enclosures are the names of files that go with the letter.
	Enclosures []string
	// Post and Signer are the office and the name of whoever signs.
	Post, Signer string
	// Executor is who prepared the letter, with a telephone number.
	Executor []string
	// Stamp is the visible mark of the electronic signature; nil for a draft.
	Stamp *Stamp
	// Moment is written into the file as its time of making.
	Moment time.Time
	// Words are the fixed words of the form in the language of the letter.
	Words Words
	// Large prints in letters of 18 points for people with poor sight.
	Large bool
}

// Stamp is the visible mark of an electronic signature (ГОСТ Р 7.0.97-2016,
// 5.23): that the document is signed, the number of the certificate, its owner
// and its term.
type Stamp struct {
	Certificate, Owner string
	// Valid is the term of the certificate in words.
	Valid string
	// By says who has signed in whose place; empty where nobody was absent.
	By string
	// Test says that the signature was made by a development key.
	Test string
}

// Words are the fixed words of the form.
type Words struct {
	Number, From, Enclosures, Page, Signed, Certificate, Owner, Valid, Draft string
}
