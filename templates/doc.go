// Package templates turns values into what people read: web pages, mails,
// letters, bot messages. It owns the templates, the texts of both languages,
// the stylesheet and the scripts, and knows nothing of the domain.
//
// # How to add a page
//
//  1. Write html/pages/<area>/<name>.html. It holds the body of <main> only, no
//     {{define}} and no layout. The dot is a Page: your data is .Data.
//
//     {{template "page-head" (args "Title" (t "portal.track.title") "Lead" (t "portal.track.lead"))}}
//     {{template "error-summary" .Data.Form}}
//     <form method="post" action="/track" novalidate>
//     {{csrf}}
//     {{template "text" (args "Form" .Data.Form "Name" "number" "Label" (t "portal.track.number") "Hint" (t "portal.track.number_hint"))}}
//     {{template "button" (args "Text" (t "portal.track.submit"))}}
//     </form>
//
//  2. Add the texts to locales/<area>.ru.toml and locales/<area>.en.toml:
//
//     [portal.track]
//     title = "Проверить обращение по номеру"
//     lead  = "Понадобится номер и код доступа из письма."
//     [portal.track.left]
//     one = "остался {{.Count}} день"
//     few = "осталось {{.Count}} дня"
//     many = "осталось {{.Count}} дней"
//     other = "осталось {{.Count}} дня"
//
//     The words id, description, hash, zero, one, two, few, many and other are
//     taken by the format and cannot be the last part of an id.
//
//  3. Write the handler; the tutorial is in the web package.
//
// Ids that are put together while running (t (print "stage." .Stage)) are listed by
// prefix in locales/dynamic.txt. Scripts, styles, style= and on…= attributes are
// not allowed in pages (the security policy would block them; a test says so).
//
// # Functions
//
//	{{t "id" "Name" .Value}}      text          {{tn "id" .N "Name" .Value}}  plural by N ({{.Count}} in the text)
//	{{msg .Error}}                FieldError    {{lang}}                      "ru" or "en"
//	{{date .T}}                   18 декабря 2026 года     {{day .T}}  18 декабря (year when it is another one)
//	{{dateShort .T}} 18.12.2026   {{isoDate .T}} 2026-12-18   {{dateTime .T}} 18 декабря 2026 года, 14:05
//	{{dateTimeZone .T}}           adds (МСК+9) when its zone is not the reader's
//	{{daysLeft .Due}}             calendar days from .Now, negative when overdue
//	{{bytes .Size}} 1,2 МБ        {{number .N}} 12 345     {{percent .Part .All}}
//	{{norm .Norm}}                ст. 12 ч. 1, in English article 12, part 1
//	{{paragraphs .Text}}          plain text as typed      {{safeHTML .HTML}} sanitised letter
//	{{marked .Text}}              a letter with its light marks (**bold**, *italic*, lists)
//	{{csrf}}                      hidden field of every POST form
//	{{asset "app.css"}}           address with a content hash
//	{{args "A" x "B" y}} {{list a b}} {{option "value" "text" "hint"}}   arguments of components
//	{{query "page" "2"}}          this address with one parameter changed
//	{{page}} {{links}}            the Page and the Links, where the dot is something else
//
// Dates may be time.Time, *time.Time, "2026-12-18" or a type whose String is that.
//
// # Components (html/components)
//
// Called as {{template "name" (args …)}}; a misspelt argument stops Load.
// Every argument may be left out unless marked *.
//
//	page-head      *Title Lead Kicker Back BackText      head of the page with the only h1
//	steps          *Step *Of Name                        «Шаг 3 из 5»
//	error-summary  the Form itself is the dot            put it first, above page-head or below it
//	text           *Form *Name *Label Hint Type Autocomplete Inputmode Width(short|medium) Optional
//	textarea       *Form *Name *Label Hint Rows Max Optional      Max shows a counter
//	radios cards   *Form *Name *Label *Options Hint      Options: []Option or (list (option …) …)
//	checks select  *Form *Name *Label *Options Hint
//	check          *Form *Name *Label *Value Hint        one box
//	file-field     *Form *Name *Label Hint Accept Multiple
//	files          *Files                                []FileItem
//	summary        *Rows Label                           []SummaryRow
//	button         *Text Kind(quiet|danger) Name Value FormAction
//	link-button    *Text *Href Kind
//	notice         *Text Title Kind(info|good|warn|bad) Href LinkText
//	tag            *Text Kind(plain|good|warn|bad|act)
//	term           *Due Closed Href                      Closed: the date it was met
//	timeline       *Events                               []Event
//	letter … letter-end       From To Number Date        your paragraphs stand between
//	table … table-end         *Caption *Head(list of strings) Fold    write <tr> rows between;
//	                          Fold: a list of cells without heads where it is narrow
//	filters … filters-end     *Action Label              a GET form; fields between
//	commands … commands-end   Label                      buttons between
//	dialog … dialog-end       *ID *Title                 opened by data-dialog="ID" on a button
//	empty          *Title Text Href LinkText
//	pager          Prev Next Text                        keyset: addresses of both pages
//	chart          *Title *Bars                          []Bar, see Bars
//	login          *Title *Href *LinkText Text Note      one way to sign in
//	persons        *Action *Name *Persons Hidden         stand-in of the development emulator
//
// Useful classes: stack, row, grow, quiet, small, num (tabular figures), nowrap,
// hidden-text (for screen readers only), card, grid-2, grid-3, rule.
//
// # Attributes that app.js understands
//
//	<form data-autosave="/address">   sends the typed fields (not files) there 1.5 s after the last change;
//	                                  a descendant with data-saved="Сохранено" shows that text on success
//	<button data-dialog="ID">         opens the dialog; inside a form it submits where scripts are off,
//	                                  so let the form lead to a page that asks the same
//	a file-field in a POST form       shows the progress of the upload
//
// A second press of a submit button is ignored on every POST form for 15 seconds. It
// only saves traffic: the server must have its own idempotency key.
//
// # Mails, letters, bots
//
// mail/<name>.txt defines "subject" and the plain form, mail/<name>.html the body of
// the HTML form; Mail renders both. bot/<name>.txt and letters/<name>.txt are rendered
// by Text. Their functions are the same, and the dot is a Page there as well.
package templates
