package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
)

// program is the designs of all environments in one.
type program struct {
	environments []string
	stacks       []string    // by environment: the region of the stack
	instances    []*instance // each after those it refers to
	regions      []*region   // other than the stack's own, in the order of the instances
	outputs      []*output
	settings     []*setting
	byKey        map[string]*setting
	referred     map[string]bool // instances that something refers to, by ID
}

// instance is a component to register in the environments of where.
type instance struct {
	*design.Instance
	variable string
	where    where
	args     []*argument
	home     expression // of the name of its region; nothing is the stack's own
	region   *region    // nil: the stack's own
}

type argument struct {
	property *schema.Property
	value    expression
}

type output struct {
	Name, Description string
	kind              schema.Kind
	where             where
	value             expression
}

// where is a set of environments: one character each, 1 or 0.
type where string

func (w where) everywhere() bool { return !strings.Contains(string(w), "0") }

// setting is a key of the stack files: a value that differs between environments.
type setting struct {
	key      string
	doc      string
	kind     schema.Kind
	optional bool           // the key is missing in some environments' stack files
	nullable bool           // and in one of them the program asks for it: it is unset there
	flag     bool           // says whether an environment has something at all
	property string         // the argument it is for, "" if it is a part of one
	scope    where          // the environments that the program asks for it in
	values   []design.Value // by environment, nil where not set
}

// expression is a value in the program: one of fixed, configured and choice.
type expression interface{ expression() }

type (
	// fixed is the same in all environments.
	fixed struct{ design.Value }
	// configured comes from the stack file.
	configured struct{ *setting }
	// choice is made in the program, because what it chooses from refers to
	// other instances. Each case holds in the environments of its where; those of
	// one kind are exclusive, those of a list or map are all collected.
	choice struct {
		cases []branch
		zero  bool // not set where no case holds
	}
	branch struct {
		where where
		key   string // of a map
		value expression
	}
)

func (fixed) expression()      {}
func (configured) expression() {}
func (choice) expression()     {}

// merge makes one program of the designs of all environments. It fails when
// the environments need their instances in contradicting orders.
func merge(designs []*design.Design) (*program, error) {
	p := &program{byKey: map[string]*setting{}}
	for _, d := range designs {
		p.environments = append(p.environments, d.Environment)
		p.stacks = append(p.stacks, d.Region)
	}
	byID := map[string][]*design.Instance{}
	var ids []string
	for env, d := range designs {
		for _, i := range d.Instances {
			if byID[i.ID] == nil {
				byID[i.ID] = make([]*design.Instance, len(designs))
				ids = append(ids, i.ID)
			}
			byID[i.ID][env] = i
		}
	}
	ids, err := order(ids, byID)
	if err != nil {
		return nil, err
	}
	names := newNames(byID)
	for _, id := range ids {
		p.add(id, byID[id], names)
	}
	p.share()
	p.findRegions(names)
	p.mergeOutputs(designs)
	return p, nil
}

func (p *program) add(id string, versions []*design.Instance, names *names) {
	first := firstOf(versions)
	i := &instance{Instance: first, variable: names.variable(id), where: present(versions)}
	p.flag(i.where, camel(i.Block))
	for _, property := range propertiesOf(versions) {
		values := make([]design.Value, len(versions))
		for env, version := range versions {
			if version != nil {
				values[env] = valueOf(version, property.Name)
			}
		}
		value := p.merge(values, i.where, property.Kind, camel(id)+property.GoName, property.HCL+" of "+id)
		if c, ok := value.(configured); ok {
			c.property = property.Name
		}
		i.args = append(i.args, &argument{property, value})
	}
	i.home = p.mergeRegion(id, versions, i.where)
	p.instances = append(p.instances, i)
}

// merge finds the expression for a value that has versions by environment,
// among those of scope.
func (p *program) merge(values []design.Value, scope where, kind schema.Kind, key, doc string) expression {
	if same(values, scope) {
		return fixed{firstValue(values)}
	}
	if !slices.ContainsFunc(values, refers) {
		return configured{p.setting(key, doc, kind, values, scope)}
	}
	switch kind {
	case schema.List:
		if all[design.List](values) {
			return p.mergeList(values, key)
		}
	case schema.Map:
		if all[design.Map](values) {
			return p.mergeMap(values, key, doc)
		}
	}
	c := choice{zero: slices.Contains(values, nil)}
	for env, v := range values {
		if v == nil || slices.ContainsFunc(c.cases, func(b branch) bool { return b.where[env] == '1' }) {
			continue
		}
		at := whereEqual(values, v)
		c.cases = append(c.cases, branch{where: at, value: fixed{v}})
		p.flag(at, key)
	}
	return c
}

// mergeList keeps, for each environment, the order its list has.
func (p *program) mergeList(values []design.Value, key string) expression {
	var c choice
	for _, list := range values {
		if list == nil {
			continue
		}
		at := 0
		for _, element := range list.(design.List) {
			known := slices.IndexFunc(c.cases, func(b branch) bool { return equal(b.value.(fixed).Value, element) })
			if known >= 0 {
				at = known + 1
				continue
			}
			holds := make([]bool, len(values))
			for other, l := range values {
				holds[other] = l != nil && slices.ContainsFunc(l.(design.List), func(v design.Value) bool { return equal(v, element) })
			}
			c.cases = slices.Insert(c.cases, at, branch{where: whereOf(holds), value: fixed{element}})
			at++
		}
	}
	for n, b := range c.cases {
		p.flag(b.where, fmt.Sprintf("%s%d", key, n+1))
	}
	return c
}

func (p *program) mergeMap(values []design.Value, key, doc string) expression {
	var c choice
	var keys []string
	for _, m := range values {
		if m != nil {
			for _, entry := range m.(design.Map) {
				keys = append(keys, entry.Key)
			}
		}
	}
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		versions := make([]design.Value, len(values))
		holds := make([]bool, len(values))
		for env, m := range values {
			if m == nil {
				continue
			}
			for _, entry := range m.(design.Map) {
				if entry.Key == k {
					versions[env], holds[env] = entry.Value, true
				}
			}
		}
		at := whereOf(holds)
		p.flag(at, key+camelUpper(k))
		c.cases = append(c.cases, branch{at, k, p.merge(versions, at, schema.Text, key+camelUpper(k), doc+" ("+k+")")})
	}
	return c
}

// setting adds a key to the stack files.
func (p *program) setting(key, doc string, kind schema.Kind, values []design.Value, scope where) *setting {
	key = p.free(key)
	s := &setting{key: key, doc: doc, kind: kind, values: values, scope: scope}
	for env, v := range values {
		if v == nil {
			s.optional = true
			s.nullable = s.nullable || scope[env] == '1'
		}
	}
	p.byKey[key] = s
	p.settings = append(p.settings, s)
	return s
}

// flag makes sure that there is a setting that is true exactly in the given
// environments, and names it by what it was first needed for.
func (p *program) flag(at where, key string) {
	if at.everywhere() || p.flagOf(at) != nil {
		return
	}
	values := make([]design.Value, len(at))
	for env := range values {
		values[env] = design.Bool(at[env] == '1')
	}
	key = p.free(key)
	s := &setting{key: key, doc: "whether the environment has what only some have", kind: schema.Bool, values: values, flag: true}
	p.byKey[key] = s
	p.settings = append(p.settings, s)
}

// free is a key that no setting has yet.
func (p *program) free(key string) string {
	unique := key
	for n := 2; p.byKey[unique] != nil; n++ {
		unique = fmt.Sprintf("%s_%d", key, n)
	}
	return unique
}

func (p *program) flagOf(at where) *setting {
	for _, s := range p.settings {
		if !s.flag {
			continue
		}
		match := true
		for env, v := range s.values {
			b, ok := v.(design.Bool)
			match = match && ok && bool(b) == (at[env] == '1')
		}
		if match {
			return s
		}
	}
	return nil
}

func (p *program) mergeOutputs(designs []*design.Design) {
	var names []string
	values := map[string][]design.Value{}
	descriptions := map[string]string{}
	for env, d := range designs {
		for _, o := range d.Outputs {
			if values[o.Name] == nil {
				values[o.Name] = make([]design.Value, len(designs))
				names = append(names, o.Name)
				descriptions[o.Name] = o.Description
			}
			values[o.Name][env] = o.Value
		}
	}
	for _, name := range names {
		holds := make([]bool, len(designs))
		kind := schema.Text
		for env, v := range values[name] {
			holds[env] = v != nil
			if v != nil {
				kind = kindOf(v)
			}
		}
		at := whereOf(holds)
		p.flag(at, camel(name)+"Output")
		p.outputs = append(p.outputs, &output{name, descriptions[name], kind, at, p.merge(values[name], at, kind, camel(name), "the output "+name)})
	}
}
