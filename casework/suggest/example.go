package suggest

// Example is one past case whose route is known. An empty label means "not
// known": such an example teaches the other labels only.
type Example struct {
	ID       string // of the past case; only for error messages
	Text     string // as the citizen wrote it
	Place    string // settlement, district or address as filled in; may be empty
	Topic    string // тематика обращения
	Category string // group of topics
	Body     string // орган, to which the case was given
}

// Query is a new appeal to be routed.
type Query struct {
	Text  string
	Place string
}

// label returns the example's label for a task.
func (e Example) label(t task) string {
	switch t {
	case taskCategory:
		return e.Category
	case taskTopic:
		return e.Topic
	default:
		return e.Body
	}
}

// task is one of the three questions the learner answers.
type task int

const (
	taskCategory task = iota
	taskTopic
	taskBody
	taskCount
)

var taskNames = [taskCount]string{"category", "topic", "body"}

func (t task) String() string { return taskNames[t] }
