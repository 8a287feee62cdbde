package system

// argument is one setting a block can hold.
type argument struct {
	name string
	kind Kind
}

// blockType is one type of block of system.hcl: the whole grammar, used by the decoder and by Edit.
type blockType struct {
	name    string
	label   string // what the label names; "" when the block takes none
	example string // how one is written, for messages
	args    []argument
	// open says that it takes arguments of any name: the decisions of decide, texts, and
	// the assumptions of assume.
	open Kind
}

var blockTypes = []blockType{
	{
		name: "system", label: "system", example: `system "shop" { … }`,
		args: []argument{{"pattern", Text}, {"owner", Text}, {"description", Text}, {"domain", Text}},
	},
	{
		name: "requirements", example: `requirements { … }`,
		args: requirementArguments(),
	},
	{
		name: "service", label: "service", example: `service "orders" { … }`,
		args: []argument{
			{"image", Text}, {"port", Number}, {"path", Text}, {"health", Text}, {"cpu", Number}, {"memory", Size},
			{"publishes", Texts}, {"consumes", Texts}, {"stores", Texts}, {"calls", Texts},
		},
	},
	{
		name: "store", label: "store", example: `store "orders" { … }`,
		args: []argument{{"model", Text}},
	},
	{
		name: "event", label: "event", example: `event "order-placed" { … }`,
		args: []argument{{"ordered", Truth}},
	},
	{
		name: "environment", label: "environment", example: `environment "prod" { … }`,
		args: []argument{{"preset", Text}, {"domain", Text}},
	},
	{
		name: "decide", example: `decide { … }`, open: Text,
	},
	{
		name: "assume", example: `assume { … }`, open: Either,
	},
	{
		name: "waive", label: "control", example: `waive "RDS.7" { … }`,
		args: []argument{{"reason", Text}, {"until", Text}},
	},
}

func requirementArguments() []argument {
	args := make([]argument, len(definitions))
	for i, d := range definitions {
		args[i] = argument{d.Name, d.Kind}
	}
	return args
}

func lookupBlock(name string) (blockType, bool) {
	for _, b := range blockTypes {
		if b.name == name {
			return b, true
		}
	}
	return blockType{}, false
}

func blockNames() []string {
	names := make([]string, len(blockTypes))
	for i, b := range blockTypes {
		names[i] = b.name
	}
	return names
}

func (b blockType) argument(name string) (argument, bool) {
	for _, a := range b.args {
		if a.name == name {
			return a, true
		}
	}
	if b.open != "" {
		return argument{name, b.open}, true
	}
	return argument{}, false
}

func (b blockType) argumentNames() []string {
	names := make([]string, len(b.args))
	for i, a := range b.args {
		names[i] = a.name
	}
	return names
}
