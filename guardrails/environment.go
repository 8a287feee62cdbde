package guardrails

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// plainSecrets wants no secret in the environment of a container or a function,
// where whoever may describe it reads it, and Pulumi's state and AWS's history keep it.
// Control ECS.8 of AWS Security Hub:
// https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
//
// No message shows a value.
func plainSecrets(p *program, add report) {
	for _, task := range p.kinds["ecs:TaskDefinition"] {
		containers, _ := recording.JSON(task.Inputs["containerDefinitions"]).([]any)
		for i, container := range containers {
			for j, variable := range list(dig(container, "environment")) {
				path := at(at("containerDefinitions", i)+".environment", j)
				checkVariable(task, path, text(dig(variable, "name")), dig(variable, "value"),
					"put it into Secrets Manager and name it in the secrets of the container", add)
			}
		}
	}
	for _, function := range p.kinds["lambda:Function"] {
		variables, _ := dig(function.Inputs, "environment", "variables").(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(variables)) {
			checkVariable(function, "environment.variables."+name, name, variables[name],
				"put it into Secrets Manager and give the function the secret's ARN", add)
		}
	}
}

func checkVariable(res *recording.Resource, path, name string, value any, remedy string, add report) {
	v := strings.TrimSpace(text(value))
	switch {
	case v == "" || strings.HasPrefix(v, "arn:") || v == "true" || v == "false":
	case looksSecret(name):
		add(res, path, sprint("is %s, which looks like a secret in plain", name), remedy)
	case secretValue.MatchString(v):
		add(res, path, sprint("is %s, whose value looks like a secret in plain", name), remedy)
	}
}

// secretValue matches a private key, an access key of AWS, and a URL with a password.
var secretValue = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(AKIA|ASIA)[A-Z0-9]{16}\b|://[^/@:\s]+:[^/@\s]+@`)

// Words of a name that say it is a secret, and last words that say it is only about one.
var (
	secretWords = []string{"PASSWORD", "PASSWD", "PASSPHRASE", "PWD", "SECRET", "TOKEN", "APIKEY", "CREDENTIAL", "CREDENTIALS"}
	secretPairs = []string{"API_KEY", "PRIVATE_KEY", "ACCESS_KEY", "ENCRYPTION_KEY", "SIGNING_KEY"}
	aboutWords  = []string{
		"ALGORITHM", "ARN", "AUDIENCE", "COUNT", "DAYS", "ENABLED", "ENDPOINT", "EXPIRY", "FILE", "HEADER", "HOST", "HOURS", "ID",
		"ISSUER", "LENGTH", "LIMIT", "MINUTES", "NAME", "PATH", "PORT", "PREFIX", "REGION", "SECONDS", "SIZE", "TTL", "TYPE", "URI",
		"URL", "VERSION",
	}
)

var hump = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// looksSecret judges the name of a variable by its words: DB_PASSWORD and apiToken
// are secrets, TOKEN_URL and MAX_TOKENS are not.
func looksSecret(name string) bool {
	name = strings.ToUpper(hump.ReplaceAllString(name, "${1}_${2}"))
	name = strings.NewReplacer("-", "_", ".", "_").Replace(name)
	words := strings.Split(strings.Trim(name, "_"), "_")
	if slices.Contains(aboutWords, words[len(words)-1]) {
		return false
	}
	for _, word := range words {
		if slices.Contains(secretWords, word) {
			return true
		}
	}
	for _, pair := range secretPairs {
		if strings.Contains("_"+name+"_", "_"+pair+"_") {
			return true
		}
	}
	return false
}
