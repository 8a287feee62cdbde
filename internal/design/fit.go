package design

import (
	"fmt"
	"slices"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Fit is how well a pattern suits a system.
type Fit struct {
	Pattern string
	Score   float64 // 0..1
	Because string
}

// Fits asks a blueprint how well it suits a system, in its first production environment,
// or its first if there is none. A blueprint that does not say has the score 0.
func Fits(s *system.System, b *blueprint.Blueprint) (Fit, hcl.Diagnostics) {
	fit := Fit{Pattern: b.Name, Because: "its blueprint does not say what it is good for"}
	if b.Fits == nil {
		return fit, nil
	}
	env := s.Environments[max(0, slices.IndexFunc(s.Environments, func(e *system.Environment) bool { return e.Preset == "production" }))]
	// What the system gets wrong about the pattern is said by All.
	e := newEvaluator(s, env, b, nil)
	e.prepare(b.Fits)
	value, diags := b.Fits.Value(e.ctx)
	if diags.HasErrors() {
		return fit, diags
	}
	wrong := func(format string, values ...any) (Fit, hcl.Diagnostics) {
		at := b.Fits.Range()
		return fit, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Wrong type", Detail: fmt.Sprintf(format, values...), Subject: &at}}
	}
	value, err := convert.Convert(value, cty.Object(map[string]cty.Type{"score": cty.Number, "because": cty.String}))
	if err != nil || !value.IsWhollyKnown() || value.IsNull() || value.GetAttr("score").IsNull() || value.GetAttr("because").IsNull() {
		return wrong("How well a blueprint fits is an object { score = …, because = \"…\" }.")
	}
	fit.Score, _ = value.GetAttr("score").AsBigFloat().Float64()
	fit.Because = value.GetAttr("because").AsString()
	if object, ok := b.Fits.(*hclsyntax.ObjectConsExpr); ok {
		for _, item := range object.Items {
			if key, _ := item.KeyExpr.Value(nil); key.RawEquals(cty.StringVal("because")) {
				fit.Because = prose(item.ValueExpr, e.ctx)
			}
		}
	}
	if fit.Score < 0 || fit.Score > 1 {
		return wrong("A score is between 0 and 1, and this is %g.", fit.Score)
	}
	return fit, nil
}
