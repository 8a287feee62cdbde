package cli

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/guardrails"
)

// sarifLog is a report in SARIF 2.1.0, the format that code hosts and editors show findings of analysers from:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string          `json:"id"`
	ShortDescription sarifText       `json:"shortDescription"`
	Help             *sarifText      `json:"help,omitempty"`
	Configuration    sarifLevel      `json:"defaultConfiguration"`
	Properties       *sarifRuleExtra `json:"properties,omitempty"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

// sarifRuleExtra is what GitHub reads of a rule.
type sarifRuleExtra struct {
	Tags     []string `json:"tags,omitempty"`
	Severity string   `json:"security-severity,omitempty"` // 0.0 to 10.0
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact struct {
		URI string `json:"uri"`
	} `json:"artifactLocation"`
	Region *sarifRegion `json:"region,omitempty"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
	EndLine     int `json:"endLine,omitempty"`
	EndColumn   int `json:"endColumn,omitempty"`
}

type sarifLogical struct {
	Name          string `json:"name"`
	QualifiedName string `json:"fullyQualifiedName"`
	Kind          string `json:"kind"`
}

// sarifBuilder collects results and the rules that they are of.
type sarifBuilder struct {
	rules   []sarifRule
	index   map[string]int
	results []sarifResult
}

func newSARIF() *sarifBuilder {
	return &sarifBuilder{rules: []sarifRule{}, index: map[string]int{}, results: []sarifResult{}}
}

func (b *sarifBuilder) rule(r sarifRule) int {
	if i, ok := b.index[r.ID]; ok {
		return i
	}
	b.index[r.ID] = len(b.rules)
	b.rules = append(b.rules, r)
	return len(b.rules) - 1
}

// add adds a result. It is recognised in later runs, though lines move, by what it is about.
func (b *sarifBuilder) add(rule sarifRule, message string, location sarifLocation, about ...string) *sarifResult {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{rule.ID}, about...), "\x00")))
	b.results = append(b.results, sarifResult{
		RuleID: rule.ID, RuleIndex: b.rule(rule), Level: rule.Configuration.Level, Message: sarifText{message},
		Locations: []sarifLocation{location}, Fingerprints: map[string]string{"scaffold/v1": hex.EncodeToString(sum[:16])},
	})
	return &b.results[len(b.results)-1]
}

func (b *sarifBuilder) log() sarifLog {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: b.results}
	run.Tool.Driver = sarifDriver{Name: "scaffold", Version: version(), InformationURI: "https://github.com/archimperative/scaffold", Rules: b.rules}
	return sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
}

// at is a place such as "shop/main.go:29"; without a line it is the whole file.
func at(place string) sarifLocation {
	file, line := place, 0
	if i := strings.LastIndexByte(place, ':'); i >= 0 {
		if n, err := strconv.Atoi(place[i+1:]); err == nil {
			file, line = place[:i], n
		}
	}
	physical := &sarifPhysical{}
	physical.Artifact.URI = (&url.URL{Path: filepath.ToSlash(file)}).String()
	if line > 0 {
		physical.Region = &sarifRegion{StartLine: line}
	}
	return sarifLocation{Physical: physical}
}

// diagnostics adds what is wrong in HCL files.
func (b *sarifBuilder) diagnostics(list []diagnosticJSON) {
	for _, d := range list {
		rule := sarifRule{ID: "hcl", ShortDescription: sarifText{"system.hcl and guardrails say what scaffold can understand"}, Configuration: sarifLevel{"error"}}
		location := at(systemFile)
		if d.Range != nil {
			location = at(d.Range.File)
			location.Physical.Region = &sarifRegion{d.Range.Start.Line, d.Range.Start.Column, d.Range.End.Line, d.Range.End.Column}
		}
		result := b.add(rule, d.Summary+": "+d.Detail, location, d.Summary, d.Detail)
		if d.Severity == "warning" {
			result.Level = "warning"
		}
	}
}

// projectSARIF is what is wrong with a project.
func (o *checkOptions) projectSARIF(r checkResult) sarifLog {
	b := newSARIF()
	b.diagnostics(r.Diagnostics)
	for _, f := range r.Files {
		rule := sarifRule{ID: "generated-file", ShortDescription: sarifText{"Generated files are those of system.hcl"}, Configuration: sarifLevel{"error"}}
		b.add(rule, "This file is "+f.State+". "+sentence(f.Remedy), at(o.place(f.Path)), f.Path)
	}
	if r.Tests != nil && !r.Tests.Passed {
		rule := sarifRule{ID: "project-tests", ShortDescription: sarifText{"The project's tests pass"}, Configuration: sarifLevel{"error"}}
		b.add(rule, "`"+r.Tests.Command+"` fails:\n"+r.Tests.Output, at(o.place("main_test.go")))
	}
	return b.log()
}

// previewSARIF is what is wrong with what is about to be deployed. Waived findings are there, suppressed.
func (o *checkOptions) previewSARIF(r *previewResult) sarifLog {
	b := newSARIF()
	b.diagnostics(r.Diagnostics)
	for _, f := range r.Findings {
		b.finding(o, f)
	}
	for _, w := range r.Waived {
		result := b.finding(o, w.Finding)
		result.Suppressions = []sarifSuppression{{"external", "Waived until " + w.Until + " in " + w.Position + ": " + w.Reason}}
	}
	return b.log()
}

func (b *sarifBuilder) finding(o *checkOptions, f guardrails.Finding) *sarifResult {
	level, severity := sarifSeverity(f.Severity)
	rule := sarifRule{ID: f.Rule, ShortDescription: sarifText{f.Title}, Configuration: sarifLevel{level}}
	tags := append([]string{"security"}, slices.Concat(f.Controls, f.Requirements)...)
	rule.Properties = &sarifRuleExtra{Tags: tags, Severity: severity}
	if f.Remedy != "" {
		rule.Help = &sarifText{sentence(f.Remedy)}
	}
	text := message(f)
	if f.Type != "" {
		text = strings.TrimSpace(f.Type+" "+strconv.Quote(f.Name)+" "+f.Property) + ": " + text
	}
	// Code hosts refuse a report that has a result without a file. What no line is known of is said of the file that
	// every Pulumi program has, and in any case of the resource.
	location := at(cmp.Or(o.position(f), o.place("Pulumi.yaml")))
	if f.URN != "" {
		name := f.URN
		if f.Property != "" {
			name += "#" + f.Property
		}
		location.Logical = []sarifLogical{{Name: f.Name, QualifiedName: name, Kind: "resource"}}
	}
	return b.add(rule, text, location, f.URN, f.Property)
}

// sarifSeverity is SARIF's level, and the score by which GitHub tells critical, high, medium and low apart.
func sarifSeverity(severity string) (level, score string) {
	switch severity {
	case "critical":
		return "error", "9.5"
	case "high":
		return "error", "8.0"
	case "low":
		return "note", "2.0"
	}
	return "warning", "5.0"
}
