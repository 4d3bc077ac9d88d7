// Reads alert rules and expressions as Prometheus itself does, and says what it would refuse.
//
// promtool would do the same, with every service discovery of Prometheus built in; this takes its parser alone.
//
//	prometheus-rules rules FILE        a file with groups of rules, templates in annotations included
//	prometheus-rules expressions FILE  one expression a line
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	if len(os.Args) != 3 {
		fail("prometheus-rules: say rules or expressions, and a file")
	}
	text, err := os.ReadFile(os.Args[2])
	if err != nil {
		fail(err)
	}
	promql := parser.NewParser(parser.Options{})
	var faults []error
	switch os.Args[1] {
	case "rules":
		faults = rules(text, promql)
	case "expressions":
		faults = expressions(string(text), promql)
	default:
		fail("prometheus-rules: neither rules nor expressions: " + os.Args[1])
	}
	for _, fault := range faults {
		fmt.Fprintln(os.Stderr, fault)
	}
	if len(faults) > 0 {
		os.Exit(1)
	}
}

func rules(text []byte, promql parser.Parser) []error {
	_, faults := rulefmt.Parse(text, false, model.LegacyValidation, promql, nil)
	return faults
}

func expressions(text string, promql parser.Parser) (faults []error) {
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if _, err := promql.ParseExpr(line); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", line, err))
		}
	}
	return faults
}

func fail(what any) {
	fmt.Fprintln(os.Stderr, what)
	os.Exit(2)
}
