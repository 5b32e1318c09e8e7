package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/suggest"
	"priemnaya/cmd/priemnaya/demo"
)

// The learnt model is kept on the shelf in pieces, since a record of a store
// has a bounded size.
const (
	kindModel  = "model"
	modelPiece = 1 << 20
)

// saveModel keeps a model as the one in force.
func (a *App) saveModel(ctx context.Context, m *suggest.Model) error {
	var raw bytes.Buffer
	if err := m.Save(&raw); err != nil {
		return err
	}
	sum := sha256.Sum256(raw.Bytes())
	revision := hex.EncodeToString(sum[:6])
	for i := 0; raw.Len() > 0; i++ {
		if err := a.overwrite(ctx, fmt.Sprintf("%s-%04d", revision, i), revision, raw.Next(modelPiece)); err != nil {
			return err
		}
	}
	if err := a.overwrite(ctx, "current", "", []byte(revision)); err != nil {
		return err
	}
	a.office.SetLearner(learner{m, revision})
	return nil
}

func (a *App) overwrite(ctx context.Context, id, owner string, data []byte) error {
	old, err := a.storage.Fetch(ctx, kindModel, id)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return err
	}
	text := []byte(base64.StdEncoding.EncodeToString(data))
	_, err = a.storage.Put(ctx, casework.Record{Kind: kindModel, ID: id, Owner: owner, Version: old.Version, Data: text})
	return err
}

// loadLearner takes the saved model into use; none is fine.
func (a *App) loadLearner(ctx context.Context) error {
	current, err := a.storage.Fetch(ctx, kindModel, "current")
	if casework.CodeOf(err) == casework.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	revision, err := base64.StdEncoding.DecodeString(string(current.Data))
	if err != nil {
		return fmt.Errorf("suggestion model: %w", err)
	}
	records, _, err := a.storage.List(ctx, kindModel, string(revision), casework.Window{Limit: casework.MaxLimit})
	if err != nil {
		return err
	}
	var raw bytes.Buffer
	for _, r := range records {
		piece, err := base64.StdEncoding.DecodeString(string(r.Data))
		if err != nil {
			return fmt.Errorf("suggestion model: %w", err)
		}
		raw.Write(piece)
	}
	m, err := suggest.Load(&raw)
	if err != nil {
		// Routing by rules goes on without it; the log says why nothing is suggested.
		a.log.Warn("the suggestion model cannot be read and is not used; train it again", "revision", string(revision))
		return nil
	}
	a.office.SetLearner(learner{m, string(revision)})
	return nil
}

// learner gives the office what the model knows.
type learner struct {
	model    *suggest.Model
	revision string
}

// Suggest implements casework.Suggester.
func (l learner) Suggest(text, place string) casework.Suggestion {
	s := l.model.Suggest(suggest.Query{Text: text, Place: place})
	out := casework.Suggestion{Model: l.revision, Topics: candidates(s.Topic), TopicSure: s.Topic.Sure,
		Bodies: candidates(s.Body), BodySure: s.Body.Sure, Categories: candidates(s.Category)}
	for _, r := range s.Body.Reasons {
		out.Words = append(out.Words, r.Words)
	}
	return out
}

func candidates(a suggest.Answer) []casework.Candidate {
	var out []casework.Candidate
	for _, r := range a.Ranked {
		out = append(out, casework.Candidate{Label: r.Label, Confidence: r.Confidence})
	}
	return out
}

// trainDemo learns from examples; tests keep what it has learnt.
var trainDemo = func(examples []suggest.Example) (*suggest.Model, error) {
	return suggest.Train(examples, suggest.Options{})
}

// teachDemo trains the learner on the demonstration's texts, each with the
// body that its topic and territory lead to.
func (a *App) teachDemo(ctx context.Context) error {
	appeals, err := demo.Appeals(demoCases * 2)
	if err != nil {
		return err
	}
	var examples []suggest.Example
	for i, x := range appeals {
		r := a.office.Registry().FindRoute(casework.RouteQuery{Topic: x.Topic, Territory: x.Territory})
		if x.Topic == "" || r.Body == "" {
			continue
		}
		examples = append(examples, suggest.Example{ID: fmt.Sprint(i), Text: x.Text, Topic: x.Topic, Category: x.Category, Body: r.Body})
	}
	began := time.Now()
	m, err := trainDemo(examples)
	if err != nil {
		return err
	}
	a.log.Info("suggestions learnt", "examples", len(examples), "took", time.Since(began).Round(time.Millisecond))
	return a.saveModel(ctx, m)
}
