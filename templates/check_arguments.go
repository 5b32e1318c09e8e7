package templates

import (
	"fmt"
	htmltemplate "html/template"
	"strings"
	"text/template/parse"
)

// checkArguments walks every call {{template "x" (args "Name" …)}} and refuses
// a name that component x never reads: a misspelt argument would otherwise be
// an empty label that nobody notices.
func checkArguments(root *htmltemplate.Template) error {
	reads := map[string]map[string]bool{}
	for _, t := range root.Templates() {
		if t.Tree == nil {
			continue
		}
		fields := map[string]bool{}
		visit(t.Tree.Root, func(node parse.Node) {
			switch n := node.(type) {
			case *parse.FieldNode:
				fields[n.Ident[0]] = true
			case *parse.VariableNode:
				if len(n.Ident) > 1 {
					fields[n.Ident[1]] = true
				}
			case *parse.TemplateNode:
				if n.Pipe != nil && n.Pipe.String() == "." {
					fields["*"+n.Name] = true
				}
			}
		})
		reads[t.Name()] = fields
	}
	for _, t := range root.Templates() {
		if t.Tree == nil {
			continue
		}
		var broken error
		visit(t.Tree.Root, func(node parse.Node) {
			if call, ok := node.(*parse.TemplateNode); ok && broken == nil {
				broken = checkCall(t.Name(), call, reads)
			}
		})
		if broken != nil {
			return broken
		}
	}
	return nil
}

func checkCall(caller string, call *parse.TemplateNode, reads map[string]map[string]bool) error {
	if _, exists := reads[call.Name]; !exists {
		return fmt.Errorf("%s calls template %q, which does not exist", caller, call.Name)
	}
	for _, name := range argumentNames(call.Pipe) {
		if !readsField(reads, call.Name, name, 0) {
			return fmt.Errorf("%s line %d: component %q has no argument %q", caller, call.Line, call.Name, name)
		}
	}
	return nil
}

// readsField follows components that hand their whole dot to another one.
func readsField(reads map[string]map[string]bool, component, field string, depth int) bool {
	if reads[component][field] {
		return true
	}
	for name := range reads[component] {
		if passed, ok := strings.CutPrefix(name, "*"); ok && depth < 5 && readsField(reads, passed, field, depth+1) {
			return true
		}
	}
	return false
}

// argumentNames returns the literal names in (args "A" x "B" y).
func argumentNames(pipe *parse.PipeNode) []string {
	if pipe == nil || len(pipe.Cmds) != 1 {
		return nil
	}
	words := pipe.Cmds[0].Args
	if inner, ok := words[0].(*parse.PipeNode); ok && len(words) == 1 {
		return argumentNames(inner)
	}
	if first, ok := words[0].(*parse.IdentifierNode); !ok || first.Ident != "args" {
		return nil
	}
	var names []string
	for i := 1; i < len(words); i += 2 {
		if text, ok := words[i].(*parse.StringNode); ok {
			names = append(names, text.Text)
		}
	}
	return names
}

// visit calls f for every node below.
func visit(node parse.Node, f func(parse.Node)) {
	switch n := node.(type) {
	case nil:
		return
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			visit(child, f)
		}
		return
	case *parse.ActionNode:
		visitPipe(n.Pipe, f)
	case *parse.IfNode:
		visitBranch(&n.BranchNode, f)
	case *parse.RangeNode:
		visitBranch(&n.BranchNode, f)
	case *parse.WithNode:
		visitBranch(&n.BranchNode, f)
	case *parse.TemplateNode:
		visitPipe(n.Pipe, f)
	case *parse.PipeNode:
		visitPipe(n, f)
		return
	case *parse.ChainNode:
		visit(n.Node, f)
	}
	f(node)
}

func visitBranch(n *parse.BranchNode, f func(parse.Node)) {
	visitPipe(n.Pipe, f)
	visit(n.List, f)
	visit(n.ElseList, f)
}

func visitPipe(pipe *parse.PipeNode, f func(parse.Node)) {
	if pipe == nil {
		return
	}
	for _, command := range pipe.Cmds {
		for _, word := range command.Args {
			visit(word, f)
		}
	}
	f(pipe)
}
