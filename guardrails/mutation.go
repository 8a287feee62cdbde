package guardrails

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/recorder/recording"
)

// Mutation is the outcome of a mutation test: whether rules notice when something breaks.
type Mutation struct {
	// Killed are the rules that noticed a broken resource, and no other rule did but those that their break
	// block names. Sorted.
	Killed []string
	// Survivors are the rules of which no mutant made them, and them only, fail.
	Survivors []Survivor
	// Unexercised are the rules that no resource of any recording passes. Sorted.
	Unexercised []string
}

// A Survivor is a rule that a mutation test speaks against.
type Survivor struct {
	Rule string
	URN  string // the resource of the mutant that came nearest
	// Fired are the rules that failed for it and did not before. Without the rule itself, nobody noticed.
	Fired []string
}

// String says what is wrong in a sentence.
func (s Survivor) String() string {
	if !slices.Contains(s.Fired, s.Rule) {
		return fmt.Sprintf("%s: no mutant of %s makes the rule fail; add a break block that does", s.Rule, s.URN)
	}
	return fmt.Sprintf("%s: what breaks the rule for %s makes %s fail; add a break block that breaks it only, or names the others in also", s.Rule, s.URN, strings.Join(s.Fired, ", "))
}

const (
	// subjectsTried is with how many of the resources that pass a rule a mutation test tries to make it fail.
	subjectsTried = 40
	// mutantsJudged is how many of the mutants for which the rule fails are judged by all other rules.
	mutantsJudged = 8
)

// Mutate tests rules by mutation: for each rule it takes a resource that passes, breaks what the
// rule is about, and sees whether exactly that rule fails. The wiring invariants do not count: they judge the
// same resources on purpose. The recordings must not be of previews.
func (r *Rules) Mutate(recordings ...*recording.Recording) *Mutation {
	m := &Mutation{}
	passing := map[string][]subject{}
	for _, rec := range recordings {
		base := &baseline{rec: rec}
		base.verdicts = r.verdicts(rec)
		for _, v := range base.verdicts {
			if v.verdict == rule.Pass {
				passing[v.rule.name] = append(passing[v.rule.name], subject{base, v.res})
			}
		}
	}
	for _, one := range r.rules {
		subjects := passing[one.Name]
		if len(subjects) == 0 {
			m.Unexercised = append(m.Unexercised, one.Name)
			continue
		}
		if survivor := r.attack(one, spread(subjects)); survivor != nil {
			m.Survivors = append(m.Survivors, *survivor)
		} else {
			m.Killed = append(m.Killed, one.Name)
		}
	}
	return m
}

// A baseline is a recording with what the rules say of it as it is.
type baseline struct {
	rec      *recording.Recording
	verdicts []judgement
	failing  map[[2]string]bool // by rule and URN
}

func (b *baseline) fails() map[[2]string]bool {
	if b.failing == nil {
		b.failing = failing(b.verdicts)
	}
	return b.failing
}

func failing(verdicts []judgement) map[[2]string]bool {
	set := map[[2]string]bool{}
	for _, v := range verdicts {
		if v.verdict == rule.Fail || v.verdict == rule.Broken {
			set[[2]string{v.rule.name, v.res.URN}] = true
		}
	}
	return set
}

type subject struct {
	base *baseline
	res  *recording.Resource
}

// spread picks some subjects from all over the list: neighbours are much alike.
func spread(subjects []subject) []subject {
	if len(subjects) <= subjectsTried {
		return subjects
	}
	var some []subject
	for i := range subjectsTried {
		some = append(some, subjects[i*len(subjects)/subjectsTried])
	}
	return some
}

// attack returns nil if a mutant of a subject makes exactly the rule fail.
func (r *Rules) attack(one *rule.Rule, subjects []subject) *Survivor {
	var nearest *Survivor
	judged := 0
	for _, s := range subjects {
		for _, mutant := range one.Mutants(s.base.rec, s.res) {
			// Most mutants do nothing to the rule; whether this one does is soon told.
			if !r.failsFor(one, mutant, s.res.URN) {
				continue
			}
			if judged++; judged > mutantsJudged {
				return nearest
			}
			fired := fired(s.base.fails(), failing(r.verdicts(mutant)))
			others := slices.DeleteFunc(slices.Clone(fired), func(name string) bool { return name == one.Name || slices.Contains(one.Also(), name) })
			if len(others) == 0 {
				return nil
			}
			if nearest == nil || len(fired) < len(nearest.Fired) {
				nearest = &Survivor{Rule: one.Name, URN: s.res.URN, Fired: fired}
			}
		}
	}
	if nearest == nil {
		nearest = &Survivor{Rule: one.Name, URN: subjects[0].res.URN}
	}
	return nearest
}

func (r *Rules) failsFor(one *rule.Rule, rec *recording.Recording, urn string) bool {
	p := newProgram(rec)
	res := p.byURN[urn]
	if res == nil {
		return false
	}
	return rule.NewEvaluator(&lookup{program: p, inRegion: rec.Region}).Check(one, res).Verdict == rule.Fail
}

// verdicts are those of the rules in HCL.
func (r *Rules) verdicts(rec *recording.Recording) []judgement {
	c := &checker{program: newProgram(rec), report: &Report{}}
	c.rules(r, rec)
	return c.report.judgements
}

// fired are the rules that fail after a change where they did not before, sorted.
func fired(before, after map[[2]string]bool) []string {
	var names []string
	for key := range after {
		if !before[key] && !slices.Contains(names, key[0]) {
			names = append(names, key[0])
		}
	}
	slices.SortFunc(names, compareNames)
	return names
}
