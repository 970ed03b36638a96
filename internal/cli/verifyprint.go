package cli

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
)

func (v *verifier) print(w io.Writer, found []judgement) error {
	switch v.output {
	case outputJSON:
		return writeJSON(w, found)
	case outputNDJSON:
		return writeNDJSON(w, found)
	case outputJUnit:
		return writeJUnit(w, found)
	default:
		return printColumns(w, judgementColumns(), found, terminalWidth(w), v.paint(w))
	}
}

var judgementMarks = map[string]string{statePassed: "✓", stateFailed: "✕", stateUnknown: "?"}

func judgementColumns() []column[judgement] {
	bad := func(j judgement) bool { return j.State == stateFailed }
	return []column[judgement]{
		{name: "STATE", bad: bad, text: func(j judgement) string { return judgementMarks[j.State] + " " + j.State }},
		{name: "WHAT", left: true, text: func(j judgement) string { return printable(j.Name, 60) }},
		{name: "VERSION", text: func(j judgement) string { return printable(orText(j.Version, "-"), 30) }},
		{name: "EXPECTED", text: func(j judgement) string { return printable(j.Expect, 60) }},
		{name: "FOUND", left: true, bad: bad, text: func(j judgement) string { return printable(j.Text, 120) }},
		{name: "COUNT", text: func(j judgement) string { return strconv.FormatInt(j.Count, 10) }},
		{name: "EXAMPLE", text: func(j judgement) string { return orText(j.Example, "-") }},
	}
}

// The form that CI systems read: https://github.com/testmoapp/junitxml.
type (
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitMessage `xml:"failure,omitempty"`
		Skipped *junitMessage `xml:"skipped,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
	}
)

func writeJUnit(w io.Writer, found []judgement) error {
	suite := junitSuite{Name: "opslog verify", Tests: len(found)}
	for _, j := range found {
		text := printable(j.Text, 300)
		if j.Example != "" {
			text += "; opslog show " + j.Example
		}
		c := junitCase{Class: printable(orText(j.Service, "opslog"), 100), Name: printable(fmt.Sprintf("%s: %s", j.Name, j.Expect), 200)}
		switch j.State {
		case stateFailed:
			suite.Failures++
			c.Failure = &junitMessage{text}
		case stateUnknown:
			suite.Skipped++
			c.Skipped = &junitMessage{text}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
