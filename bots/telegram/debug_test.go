package telegram

import (
	"context"
	"fmt"

	"priemnaya/bots"
	"priemnaya/casework"
)

func (r *replay) dump(chat int64) {
	for _, m := range r.tg.Sent(chat) {
		fmt.Println("--", m.ID, m.At.Format("05.000"), m.Text)
	}
	for _, who := range []casework.Actor{casework.Citizen(applicant(chat)), {ID: "chat:" + bots.Key("telegram", fmt.Sprint(chat))}} {
		list, err := r.world.Office.Drafts(context.Background(), who)
		fmt.Println("drafts", who.ID, len(list), err)
		for _, d := range list {
			fmt.Println("   ", d.ID, len(d.Files), d.Text)
		}
	}
	for _, c := range r.cases(chat) {
		fmt.Println("case", c.Number, len(c.AllFiles()))
	}
}
