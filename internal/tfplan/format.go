package tfplan

// Plan is what `terraform show -json` prints of a plan.
type Plan struct {
	FormatVersion    string        `json:"format_version"`
	TerraformVersion string        `json:"terraform_version"`
	PlannedValues    plannedValues `json:"planned_values"`
	ResourceChanges  []change      `json:"resource_changes"`
	Configuration    configuration `json:"configuration"`
	Errored          bool          `json:"errored"`
}

type plannedValues struct {
	RootModule struct {
		Resources []planned `json:"resources"`
	} `json:"root_module"`
}

type planned struct {
	Address         string         `json:"address"`
	Mode            string         `json:"mode"`
	Type            string         `json:"type"`
	Name            string         `json:"name"`
	ProviderName    string         `json:"provider_name"`
	SchemaVersion   int            `json:"schema_version"`
	Values          map[string]any `json:"values"`
	SensitiveValues map[string]any `json:"sensitive_values"`
}

type change struct {
	Address      string      `json:"address"`
	Mode         string      `json:"mode"`
	Type         string      `json:"type"`
	Name         string      `json:"name"`
	ProviderName string      `json:"provider_name"`
	Change       changeValue `json:"change"`
}

type changeValue struct {
	Actions         []string       `json:"actions"`
	Before          map[string]any `json:"before"`
	After           map[string]any `json:"after"`
	AfterUnknown    map[string]any `json:"after_unknown"`
	BeforeSensitive bool           `json:"before_sensitive"`
	AfterSensitive  map[string]any `json:"after_sensitive"`
}

type configuration struct {
	ProviderConfig map[string]providerConfig `json:"provider_config"`
	RootModule     struct {
		Resources []configured `json:"resources"`
	} `json:"root_module"`
}

type providerConfig struct {
	Name        string         `json:"name"`
	FullName    string         `json:"full_name"`
	Alias       string         `json:"alias,omitempty"`
	Expressions map[string]any `json:"expressions,omitempty"`
}

type configured struct {
	Address           string         `json:"address"`
	Mode              string         `json:"mode"`
	Type              string         `json:"type"`
	Name              string         `json:"name"`
	ProviderConfigKey string         `json:"provider_config_key"`
	Expressions       map[string]any `json:"expressions"`
	SchemaVersion     int            `json:"schema_version"`
	DependsOn         []string       `json:"depends_on,omitempty"`
}

const (
	formatVersion = "1.2"
	// terraformVersion is of a Terraform that prints this format; scanners ask for it, and compare it with nothing.
	terraformVersion = "1.11.4"
	providerName     = "registry.terraform.io/hashicorp/aws"
)
