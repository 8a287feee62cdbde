package generate

import (
	"fmt"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
)

// region is a region other than the stack's own that the program puts instances
// into, in the environments of where.
type region struct {
	variable string     // of the option that does it
	name     expression // fixed, or configured where it differs between environments
	where    where
}

// otherRegion is the key of the stack files for the region of several instances.
const otherRegion = "otherRegion"

// mergeRegion is the region of an instance. In no environment does it have promises,
// so it is fixed or configured.
func (p *program) mergeRegion(id string, versions []*design.Instance, at where) expression {
	values := make([]design.Value, len(versions))
	named := make([]design.Value, len(versions)) // the stack's own by its name
	away := false
	for env, version := range versions {
		if version == nil {
			continue
		}
		named[env] = design.Text(p.stacks[env])
		if version.Region != "" {
			values[env], away = design.Text(version.Region), true
			named[env] = values[env]
		}
	}
	if away && same(named, at) {
		// The option of the stack's own region does nothing, so the program need not tell.
		return fixed{firstValue(named)}
	}
	home := p.merge(values, at, schema.Text, camel(id)+"Region", "the region of "+id)
	if c, ok := home.(configured); ok {
		c.property = otherRegion
	}
	return home
}

// findRegions gives the instances that are in one region, by name or by key of the
// stack files, the same region.
func (p *program) findRegions(names *names) {
	byName := map[string]*region{}
	for _, i := range p.instances {
		var name string
		switch home := i.home.(type) {
		case fixed:
			if home.Value == nil {
				continue
			}
			name = string(home.Value.(design.Text))
		case configured:
			name = home.key
		}
		variable := "in" + camelUpper(name)
		if byName[variable] == nil {
			byName[variable] = &region{variable: variable, name: i.home, where: i.where}
			p.regions = append(p.regions, byName[variable])
		}
		i.region = byName[variable]
		i.region.where = either(i.region.where, i.where)
	}
	for _, r := range p.regions {
		p.flag(r.where, r.variable)
		r.variable = names.free(r.variable)
	}
}

// either is wherever a or b holds.
func either(a, b where) where {
	holds := make([]bool, len(a))
	for env := range holds {
		holds[env] = a[env] == '1' || b[env] == '1'
	}
	return whereOf(holds)
}

// regions asks for the options of all regions before anything is made, so that what
// components have there themselves shares their providers.
func (w *writer) regions() {
	if len(w.program.regions) == 0 {
		return
	}
	w.line("")
	w.comment("Regions beside the stack's own: what is made with one of these options is there.")
	for _, r := range w.program.regions {
		ask := fmt.Sprintf("region.In(ctx, %s)", w.expr(r.name, &schema.Property{Kind: schema.Text, Plain: true}, r.where))
		if condition := w.condition(r.where); condition != "" {
			w.line("var %s pulumi.ResourceOption\nif %s {\nif %s, err = %s; err != nil {\nreturn err\n}\n}", r.variable, condition, r.variable, ask)
			continue
		}
		w.line("%s, err := %s\nif err != nil {\nreturn err\n}", r.variable, ask)
	}
}
