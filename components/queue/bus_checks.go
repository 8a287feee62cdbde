package queue

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var (
	ruleName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
	inputPath = regexp.MustCompile(`^\$(\.[A-Za-z0-9_-]+|\[\d+\])*$`)
	// https://docs.aws.amazon.com/eventbridge/latest/schema-reference/v1-registries-name-registryname-schemas-name-schemaname.html
	schemaName = regexp.MustCompile(`^[0-9A-Za-z_.@-]{1,385}$`)
)

// check refuses rules that would lead nowhere, and what EventBridge does not take.
func (b *busBuilder) check() {
	args := b.args
	for i, n := range args.RuleNames {
		if !ruleName.MatchString(n) {
			b.Refuse("ruleNames", "%q cannot be the name of a rule; use 1 to 40 lower-case letters, digits and hyphens", n)
		} else if slices.Index(args.RuleNames, n) < i {
			b.Refuse("ruleNames", "%q stands there twice; each rule needs a name of its own", n)
		}
	}
	b.sameLength("rulePatterns", len(args.RulePatterns), "pattern of the events it matches")
	b.sameLength("targetArns", len(args.TargetArns), "target")
	b.sameLength("targetTypes", len(args.TargetTypes), "type of target")
	if len(args.InputPaths) > 0 {
		b.sameLength("inputPaths", len(args.InputPaths), `path (or "" for the whole event)`)
	}
	for i, pattern := range args.RulePatterns {
		if err := checkPattern(pattern); err != nil {
			b.Refuse("rulePatterns", "entry %d %s", i, err)
		}
	}
	for _, path := range args.InputPaths {
		if path != "" && !inputPath.MatchString(path) {
			b.Refuse("inputPaths", "%q is not a path into an event; write it as $.detail or $.detail.order", path)
		}
	}
	b.checkTargets()
	b.Between("maxEventAgeSeconds", b.eventAge, 60, secondsOfDay, "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html")
	b.Between("maxRetryAttempts", b.retries, 0, 185, "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html")
	if b.archiveDays < 1 {
		b.Refuse("archiveRetentionDays", "%d would keep events for ever; use at least 1, or set archive to false for none", b.archiveDays)
	}
	if !b.archive && args.ArchiveRetentionDays != nil {
		b.Refuse("archiveRetentionDays", "has no archive to apply to; set archive to true, or leave it out")
	}
	if name, _ := convention.Known(args.ExistingBusName); strings.ContainsAny(name, ":/") {
		b.Refuse("existingBusName", "%q is not the name of a bus; write what stands behind event-bus/ in its ARN, or \"default\"", name)
	}
	b.checkSchemas()
}

func (b *busBuilder) sameLength(argument string, n int, what string) {
	if rules := len(b.args.RuleNames); n != rules {
		b.Refuse(argument, "has %d entries for %d ruleNames; give each rule its %s, in the same order", n, rules, what)
	}
}

func (b *busBuilder) checkTargets() {
	args := b.args
	var names []string
	for _, t := range targetTypes {
		names = append(names, t.name)
	}
	keyed := false
	for i, t := range args.TargetTypes {
		b.OneOf("targetTypes", t, names...)
		keyed = keyed || t == "queue" || t == "topic" || t == "stream"
		if i < len(args.TargetArns) && slices.Contains(names, t) {
			if known, ok := args.TargetArns[i].(pulumi.String); ok {
				if err := isTarget(string(known), t); err != nil {
					b.Refuse("targetArns", "%s", err)
				}
			}
		}
	}
	for i, arn := range args.TargetArns {
		if arn == nil {
			b.Refuse("targetArns", "entry %d is not set; give the ARN of what gets the events", i)
		}
	}
	if len(args.TargetKmsKeyArns) > 0 && !keyed {
		b.Refuse("targetKmsKeyArns", "has keys, but no target is a queue, a topic or a stream; others use their keys themselves. Leave it out")
	}
	if slices.Contains(args.TargetKmsKeyArns, nil) {
		b.Refuse("targetKmsKeyArns", "has an entry that is not set; give the ARN of a key or leave it out")
	}
}

// isTarget refuses an ARN of something else, and FIFO queues and topics:
// EventBridge delivers in any order, and more than once.
func isTarget(arn, kind string) error {
	parts := strings.SplitN(arn, ":", 6)
	i := slices.IndexFunc(targetTypes, func(t targetType) bool { return t.name == kind })
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != targetTypes[i].service {
		return fmt.Errorf("%q is not the ARN of a %s; give one, or set its entry in targetTypes to what it is", arn, kind)
	}
	if isFifo(arn) {
		return fmt.Errorf("%s is FIFO, but EventBridge delivers in any order and more than once; use a standard %s, or publish to a FIFO topic without a bus", arn, kind)
	}
	return nil
}

// The fields of an event: a pattern with any other never matches.
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
var eventFields = []string{"$or", "account", "detail", "detail-type", "id", "region", "replay-name", "resources", "source", "time", "version"}

// checkPattern refuses what EventBridge does not take as a pattern, or takes and
// never matches. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
func checkPattern(text string) error {
	var pattern map[string]any
	if err := json.Unmarshal([]byte(text), &pattern); err != nil {
		return fmt.Errorf("is not a JSON object (%s); write it as {\"source\": [\"shop.orders\"]}", err)
	}
	if len(pattern) == 0 {
		return fmt.Errorf("matches nothing; for every event write {\"source\": [{\"prefix\": \"\"}]}")
	}
	for _, field := range sortedKeys(pattern) {
		if !slices.Contains(eventFields, field) {
			return fmt.Errorf("asks for %q, which no event has at its top, so that it would never match; use %s", field, strings.Join(eventFields, ", "))
		}
	}
	if len(text) > 4096 { // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
		return fmt.Errorf("has %d characters; EventBridge takes 2048, and 4096 with a higher quota. Split the rule", len(text))
	}
	return checkFilter("", pattern)
}

func checkFilter(path string, pattern map[string]any) error {
	for _, field := range sortedKeys(pattern) {
		at := strings.TrimPrefix(path+"."+field, ".")
		switch value := pattern[field].(type) {
		case map[string]any:
			if len(value) == 0 {
				return fmt.Errorf("has nothing in %s; say what to match or leave it out", at)
			}
			if err := checkFilter(at, value); err != nil {
				return err
			}
		case []any:
			if len(value) == 0 {
				return fmt.Errorf("has an empty list in %s, which matches nothing; list the values to match", at)
			}
			for _, alternative := range value {
				inner, ok := alternative.(map[string]any)
				if field == "$or" && ok {
					if err := checkFilter(at, inner); err != nil {
						return err
					}
				}
			}
		default:
			return fmt.Errorf("has a single value in %s; write the values to match as a list, [%s]", at, compact(value))
		}
	}
	return nil
}
