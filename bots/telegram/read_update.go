package telegram

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"priemnaya/bots"
)

// wanted are the kinds of updates that the bot asks for.
const wanted = `["message","edited_message","callback_query","my_chat_member"]`

// unreadable are contents of a message that a person sends and no officer can
// read. Anything else that is not known is a notice of the messenger itself
// (a pinned message, a new title) and nobody expects a reply to it.
var unreadable = []string{"sticker", "poll", "contact", "dice", "game", "story", "paid_media", "checklist", "giveaway", "invoice"}

// numberOf reads the number of an update, also of one that is otherwise
// broken; false if it has none.
func numberOf(raw json.RawMessage) (int64, bool) {
	var head struct {
		ID *int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &head) != nil || head.ID == nil {
		return 0, false
	}
	return *head.ID, true
}

// readUpdate turns an update into one of the contract. ok is false if it says
// nothing to the bot; then it may be acknowledged.
// A press carries no time: it is taken to be of now.
func readUpdate(raw json.RawMessage, now time.Time) (u bots.Update, ok bool, err error) {
	number, found := numberOf(raw)
	if !found {
		return u, false, fmt.Errorf("telegram: update without a number")
	}
	var in tgbotapi.Update
	if err := json.Unmarshal(raw, &in); err != nil {
		// The error of the decoder may repeat what was typed.
		return u, false, fmt.Errorf("telegram: update is not of the known form")
	}
	u.ID, u.At = strconv.FormatInt(number, 10), now
	switch {
	case in.Message != nil:
		ok = readMessage(&u, in.Message, contentsOf(raw, "message"))
	case in.EditedMessage != nil:
		u.Edited = true
		ok = readMessage(&u, in.EditedMessage, contentsOf(raw, "edited_message"))
	case in.CallbackQuery != nil:
		ok = readPress(&u, in.CallbackQuery)
	case in.MyChatMember != nil:
		ok = readMember(&u, in.MyChatMember)
	}
	u.Order = orderOf(u.At, number)
	return u, ok, nil
}

// era is shorter than the week of silence after which Telegram may begin new
// numbers, lower than the ones before.
const era = 4 * 24 * 60 * 60

// orderOf grows with the number of the update, and also from one era to the
// next if the numbers do not.
func orderOf(at time.Time, number int64) int64 { return at.Unix()/era<<40 + number&(1<<40-1) }

// contentsOf names the fields of a message, also those the library does not
// know.
func contentsOf(raw json.RawMessage, kind string) map[string]json.RawMessage {
	var outer map[string]json.RawMessage
	var inner map[string]json.RawMessage
	if json.Unmarshal(raw, &outer) == nil {
		json.Unmarshal(outer[kind], &inner)
	}
	return inner
}

// place fills in where and who; false if that is missing or it is a bot.
func place(u *bots.Update, chat *tgbotapi.Chat, from *tgbotapi.User) bool {
	if chat == nil || from == nil || from.IsBot {
		return false
	}
	u.Chat, u.Group = strconv.FormatInt(chat.ID, 10), chat.Type != "private"
	u.User = bots.User{ID: strconv.FormatInt(from.ID, 10), Name: strings.TrimSpace(from.FirstName + " " + from.LastName),
		Handle: from.UserName, Lang: from.LanguageCode}
	return true
}

func readMessage(u *bots.Update, m *tgbotapi.Message, fields map[string]json.RawMessage) bool {
	if !place(u, m.Chat, m.From) {
		return false
	}
	u.Message, u.At = strconv.Itoa(m.MessageID), time.Unix(int64(m.Date), 0).UTC()
	if u.Edited && m.EditDate != 0 {
		u.At = time.Unix(int64(m.EditDate), 0).UTC()
	}
	// What strangers say to each other in a group is not even looked at.
	if u.Group {
		return true
	}
	u.Text, u.Files, u.Album = m.Text, filesOf(m), m.MediaGroupID
	if len(u.Files) > 0 {
		u.Text = m.Caption
	}
	if rest, is := startOf(m.Text); is && !u.Edited {
		u.Start, u.Payload, u.Text = true, rest, ""
		return true
	}
	// A location that moves is edited every few seconds; the first one counts.
	if m.Location != nil && !u.Edited {
		u.Place = &bots.Place{Latitude: m.Location.Latitude, Longitude: m.Location.Longitude}
	}
	if u.Text != "" || len(u.Files) > 0 || u.Place != nil {
		return true
	}
	for _, name := range unreadable {
		if _, is := fields[name]; is && !u.Edited {
			u.Unknown = true
		}
	}
	return u.Unknown
}

// startOf recognises /start, /start@bot and what follows.
func startOf(text string) (payload string, is bool) {
	word, rest, _ := strings.Cut(text, " ")
	name, _, _ := strings.Cut(word, "@")
	return strings.TrimSpace(rest), name == "/start"
}

// filesOf lists the attachments; of a photo the largest size.
func filesOf(m *tgbotapi.Message) []bots.RemoteFile {
	file := func(kind bots.FileKind, id, name, mime string, size int) []bots.RemoteFile {
		return []bots.RemoteFile{{Ref: id, Kind: kind, Name: name, Type: mime, Size: int64(max(size, 0))}}
	}
	switch {
	case len(m.Photo) > 0:
		best := m.Photo[0]
		for _, p := range m.Photo {
			if p.Width*p.Height >= best.Width*best.Height {
				best = p
			}
		}
		return file(bots.Photo, best.FileID, "", "image/jpeg", best.FileSize)
	case m.Document != nil:
		return file(bots.Document, m.Document.FileID, m.Document.FileName, m.Document.MimeType, m.Document.FileSize)
	case m.Voice != nil:
		return file(bots.Voice, m.Voice.FileID, "", m.Voice.MimeType, m.Voice.FileSize)
	case m.Audio != nil:
		return file(bots.Audio, m.Audio.FileID, m.Audio.FileName, m.Audio.MimeType, m.Audio.FileSize)
	case m.Video != nil:
		return file(bots.Video, m.Video.FileID, m.Video.FileName, m.Video.MimeType, m.Video.FileSize)
	case m.VideoNote != nil:
		return file(bots.Video, m.VideoNote.FileID, "", "video/mp4", m.VideoNote.FileSize)
	}
	return nil
}

func readPress(u *bots.Update, q *tgbotapi.CallbackQuery) bool {
	if q.Message == nil || q.Data == "" || !place(u, q.Message.Chat, q.From) {
		return false
	}
	u.Press, u.PressID, u.Message = q.Data, q.ID, strconv.Itoa(q.Message.MessageID)
	return true
}

// readMember tells that a person has blocked the bot in his dialogue.
func readMember(u *bots.Update, m *tgbotapi.ChatMemberUpdated) bool {
	if !place(u, &m.Chat, &m.From) || u.Group {
		return false
	}
	u.At = time.Unix(int64(m.Date), 0).UTC()
	u.Left = m.NewChatMember.Status == "kicked" || m.NewChatMember.Status == "left"
	return u.Left
}
