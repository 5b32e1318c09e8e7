package suggest

import (
	_ "embed"
	"slices"
	"strings"

	"priemnaya/casework/words"
)

//go:embed concepts.txt
var conceptList string

// concepts maps a stem to the numbers of the notions it belongs to. A citizen
// writes of a dark street, the label speaks of outdoor lighting: notions let
// even a label without a single past case be recognised by its name.
var concepts = readConcepts(conceptList)

func readConcepts(list string) map[string][]string {
	of := map[string][]string{}
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		terms := words.Terms(line)
		id := "n" + terms[0] // the first word of a line names the notion
		for _, t := range terms {
			if !slices.Contains(of[t], id) {
				of[t] = append(of[t], id)
			}
		}
	}
	return of
}
