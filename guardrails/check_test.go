package guardrails

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder/recording"
)

// twoRules are RDS.3, which HIPAA and others demand, and ACME.1, which nobody does.
func twoRules(t *testing.T) *Rules {
	return rulesOf(t, ruleText("RDS.3", "controls = [\"CKV_AWS_16\"]\n  require = self.encrypted\n  message = \"is plain\"")+
		ruleText("ACME.1", "require = self.tagged\n  message = \"has no tag\""))
}

func queues() *recording.Recording {
	tls := `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`
	const redrive = `{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:123456789012:dead","maxReceiveCount":5}`
	return &recording.Recording{Resources: []*recording.Resource{
		resource(queueToken, "b", object{"policy": tls, "redrivePolicy": redrive, "encrypted": false, "tagged": true}, nil),
		resource(queueToken, "a", object{"policy": tls, "redrivePolicy": redrive, "encrypted": false}, nil),
		resource(queueToken, "c", object{"policy": tls, "redrivePolicy": redrive, "encrypted": true, "tagged": recording.Unknown{}}, nil),
	}}
}

// lines are what a reader sees of findings.
func lines(findings []Finding) []string {
	list := []string{}
	for _, f := range findings {
		list = append(list, f.Severity+" "+f.String())
	}
	return list
}

func expectLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

const (
	plainA = `RDS.3: aws:sqs/queue:Queue "a" x: is plain; Set x.`
	plainB = `RDS.3: aws:sqs/queue:Queue "b" x: is plain; Set x.`
	tagA   = `ACME.1: aws:sqs/queue:Queue "a" x: has no tag; Set x.`
)

func TestCheck(t *testing.T) {
	report := Check(queues(), Options{Rules: twoRules(t)})
	expectLines(t, "findings", lines(report.Findings), "low "+tagA, "low "+plainA, "low "+plainB)
	f := report.Findings[1]
	if f.Source != "main.go:7" || !slices.Equal(f.Controls, []string{"CKV_AWS_16"}) || !slices.Contains(f.Requirements, "HIPAA 164.312(a)(2)(iv)") {
		t.Errorf("the finding lacks its source, controls or requirements: %+v", f)
	}
	if len(report.Unknowns) != 1 || report.Unknowns[0].Name != "c" || report.Unknowns[0].Because != "tagged is known only after deployment." {
		t.Errorf("unknowns: %+v", report.Unknowns)
	}
	for _, tally := range report.Rules {
		switch want := (map[string]Tally{
			"RDS.3":  {"RDS.3", "Titled", 1, 2, 0, 0},
			"ACME.1": {"ACME.1", "Titled", 1, 1, 0, 1},
		})[tally.Rule]; {
		case want.Rule != "" && tally != want:
			t.Errorf("got %+v, want %+v", tally, want)
		case want.Rule == "" && !isInvariant(tally.Rule):
			t.Errorf("a tally of %q", tally.Rule)
		}
	}
}

// Invariants stand in the same lists as other rules.
func TestCheckHasTheWiring(t *testing.T) {
	report := Check(&recording.Recording{Resources: []*recording.Resource{resource("aws:s3/bucket:Bucket", "b", object{}, nil)}}, Options{Rules: twoRules(t)})
	want := `high I4: aws:s3/bucket:Bucket "b": takes requests in plaintext; deny s3:* to everyone in its policy where aws:SecureTransport is false, for the bucket and for what is in it (arn and arn/*)`
	if got := lines(report.Findings); !slices.Contains(got, want) {
		t.Errorf("got %v, want %s", got, want)
	}
	for _, f := range report.Findings {
		if f.Rule == "I4" && (!slices.Equal(f.Controls, []string{"S3.5"}) || f.Source != "main.go:7") {
			t.Errorf("got %+v", f)
		}
	}
}

func TestWaivers(t *testing.T) {
	const day = "2026-06-30"
	valid := Waiver{Control: "RDS.3", Reason: "Legacy client", Until: day, Position: "system.hcl:9"}
	with := func(change func(*Waiver)) Waiver {
		w := valid
		change(&w)
		return w
	}
	for name, c := range map[string]struct {
		waiver     Waiver
		today      string
		compliance []string
		findings   []string
		waived     int
		unused     int
	}{
		"valid":          {valid, "2026-06-01", nil, []string{"low " + tagA}, 2, 0},
		"on its day":     {valid, day, nil, []string{"low " + tagA}, 2, 0},
		"by control":     {with(func(w *Waiver) { w.Control = "ckv_aws_16" }), day, nil, []string{"low " + tagA}, 2, 0},
		"expired":        {valid, "2026-07-01", nil, []string{"low " + tagA, "low " + plainA, "low " + plainB, "high waiver: The waiver of RDS.3 expired on 2026-06-30, and 2 findings count again; meet the control, or have the waiver renewed"}, 0, 0},
		"without reason": {with(func(w *Waiver) { w.Reason = " " }), day, nil, []string{"low " + tagA, "low " + plainA, "low " + plainB, "high waiver: The waiver of RDS.3 has no reason; say why the control is not met, and what makes that bearable"}, 0, 0},
		"without end":    {with(func(w *Waiver) { w.Until = "" }), day, nil, []string{"low " + tagA, "low " + plainA, "low " + plainB, `high waiver: The waiver of RDS.3 has no end: "" is no date; set until to the last day that it holds, as YYYY-MM-DD`}, 0, 0},
		"of nothing":     {with(func(w *Waiver) { w.Control = "RDS.33" }), day, nil, []string{"low " + tagA, "low " + plainA, "low " + plainB, `high waiver: There is no control "RDS.33" to waive. Did you mean "RDS.3"?; name a rule, or a control that a rule implements`}, 0, 0},
		"unused":         {with(func(w *Waiver) { w.Control = "I9" }), day, nil, []string{"low " + tagA, "low " + plainA, "low " + plainB}, 0, 1},
		"without today":  {valid, "", nil, []string{"low " + tagA, "low " + plainA, "low " + plainB, `high waiver: Whether the waiver of RDS.3 holds cannot be told: "" is no date; give the check the date of today, as YYYY-MM-DD`}, 0, 0},
		"mandatory": {valid, day, []string{"hipaa"}, []string{"low " + tagA, "high " + plainA, "high " + plainB,
			`high waiver: The waiver of RDS.3 is not accepted: compliance with hipaa makes RDS.3 mandatory; add a sentence to its reason that says what is done instead, and begins "Compensating control:"`}, 0, 0},
		"compensated":         {with(func(w *Waiver) { w.Reason = "Legacy. Compensating control: the disk is encrypted." }), day, []string{"hipaa"}, []string{"low " + tagA}, 2, 0},
		"compensated by name": {with(func(w *Waiver) { w.Reason = "No compensating control: none" }), day, []string{"hipaa"}, []string{"low " + tagA, "high " + plainA, "high " + plainB, `high waiver: The waiver of RDS.3 is not accepted: compliance with hipaa makes RDS.3 mandatory; add a sentence to its reason that says what is done instead, and begins "Compensating control:"`}, 0, 0},
		"no such framework":   {valid, day, []string{"hippa"}, []string{"low " + tagA, `high compliance: There is no framework "hippa". Did you mean "hipaa"?; name one of gdpr, hipaa, pci, soc2`}, 2, 0},
	} {
		report := Check(queues(), Options{Rules: twoRules(t), Waivers: []Waiver{c.waiver}, Today: c.today, Compliance: c.compliance})
		expectLines(t, name, lines(report.Findings), c.findings...)
		if len(report.Waived) != c.waived || len(report.Unused) != c.unused {
			t.Errorf("%s: %d waived and %d unused, want %d and %d", name, len(report.Waived), len(report.Unused), c.waived, c.unused)
		}
		for _, w := range report.Waived {
			if w.Rule != "RDS.3" || w.Position != "system.hcl:9" || w.Reason != c.waiver.Reason {
				t.Errorf("%s: waived %+v", name, w)
			}
		}
	}
}

func TestEvidence(t *testing.T) {
	options := Options{Rules: twoRules(t), Waivers: []Waiver{{Control: "RDS.3", Reason: "Legacy | client", Until: "2026-06-30", Position: "system.hcl:9"}}, Today: "2026-06-01"}
	report := Check(queues(), options)
	var got []string
	for _, e := range report.Evidence() {
		if !isInvariant(e.Rule) {
			got = append(got, fmt.Sprint(e.Control, " ", e.Rule, " ", e.Name, " ", e.Property, " ", e.Source, " ", e.Verdict))
		}
	}
	expectLines(t, "evidence", got,
		"ACME.1 ACME.1 a x main.go:7 fail", "ACME.1 ACME.1 b x main.go:7 pass", "ACME.1 ACME.1 c x main.go:7 unknown",
		"CKV_AWS_16 RDS.3 a x main.go:7 waived", "CKV_AWS_16 RDS.3 b x main.go:7 waived", "CKV_AWS_16 RDS.3 c x main.go:7 pass",
		"RDS.3 RDS.3 a x main.go:7 waived", "RDS.3 RDS.3 b x main.go:7 waived", "RDS.3 RDS.3 c x main.go:7 pass")

	var written bytes.Buffer
	if err := WriteControls(&written, []Checked{{Environment: "prod", Report: report, Test: "TestGuardrails/prod"}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n## prod\n", "Findings: 1. Waived: 2. Known after deployment only: 1.", "`go test -run 'TestGuardrails/prod'`",
		"### Not met, or not to be told before deployment\n\n| Control | What must be | Property | Where: resources | Verdict |\n|---|---|---|---|---|\n| ACME.1 | Titled | `x` | main.go:7: a | fail |\n",
		"| RDS.3, CKV_AWS_16 | Titled | `x` | main.go:7: a, b | waived |\n",
		"### Met\n\n| Control | What must be | Property | Where: resources | Verdict |\n|---|---|---|---|---|\n| ACME.1 | Titled | `x` | main.go:7: b | pass |\n",
		"| RDS.3, CKV_AWS_16 | Titled | `x` | main.go:7: c | pass |\n",
		"| RDS.3 | `aws:sqs/queue:Queue` a | Legacy \\| client | 2026-06-30 | system.hcl:9 |\n",
		"| HIPAA 164.312(a)(2)(iv) | RDS.3 |\n",
	} {
		if !strings.Contains(written.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, written.String())
		}
	}
}

// The order of a recording, and the run, change no byte of a report.
func TestReportIsDeterministic(t *testing.T) {
	rec := manyResources(600)
	render := func() string {
		report := Check(rec, Options{Compliance: []string{"pci"}})
		text, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		var controls bytes.Buffer
		if err := WriteControls(&controls, []Checked{{Environment: "e", Report: report}}); err != nil {
			t.Fatal(err)
		}
		return string(text) + controls.String()
	}
	want := render()
	for range 3 {
		slices.Reverse(rec.Resources)
		if render() != want {
			t.Fatal("two reports of the same recording differ")
		}
	}
}
