package templates

import "embed"

// files holds every template, text, style and script, compiled into the binary,
// so that one file is the whole installation.
//
//go:embed all:html all:mail all:letters all:bot all:static all:styles all:locales
var files embed.FS
