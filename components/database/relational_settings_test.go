package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestRelationalSettings(t *testing.T) {
	t.Parallel()
	number, yes, no := pulumi.IntRef, pulumi.BoolRef(true), pulumi.BoolRef(false)
	for name, test := range map[string]struct {
		set   func(*database.RelationalArgs)
		input string
		want  any
	}{
		"standby in a sandbox":       {func(a *database.RelationalArgs) { a.Preset, a.MultiAz = "sandbox", yes }, "multiAz", true},
		"no standby in production":   {func(a *database.RelationalArgs) { a.MultiAz = no }, "multiAz", false},
		"backups":                    {func(a *database.RelationalArgs) { a.BackupRetentionDays = number(35) }, "backupRetentionPeriod", 35.0},
		"no insights":                {func(a *database.RelationalArgs) { a.PerformanceInsights = no }, "performanceInsightsEnabled", false},
		"no insights, no retention":  {func(a *database.RelationalArgs) { a.PerformanceInsights = no }, "performanceInsightsRetentionPeriod", nil},
		"growth":                     {func(a *database.RelationalArgs) { a.StorageGib, a.MaxStorageGib = number(50), number(55) }, "maxAllocatedStorage", 55.0},
		"growth to the largest":      {func(a *database.RelationalArgs) { a.StorageGib = number(40000) }, "maxAllocatedStorage", 65536.0},
		"no room to grow":            {func(a *database.RelationalArgs) { a.StorageGib = number(65536) }, "maxAllocatedStorage", nil},
		"certificate":                {func(a *database.RelationalArgs) { a.CaCertificate = "rds-ca-ecc384-g1" }, "caCertIdentifier", "rds-ca-ecc384-g1"},
		"names":                      {func(a *database.RelationalArgs) { a.DatabaseName = "shop_2" }, "dbName", "shop_2"},
		"user":                       {func(a *database.RelationalArgs) { a.Engine, a.Username = "mysql", "admin" }, "username", "admin"},
		"first step of tearing down": {func(a *database.RelationalArgs) { a.DeletionProtection = no }, "deletionProtection", false},
		"its snapshot":               {func(a *database.RelationalArgs) { a.DeletionProtection = no }, "skipFinalSnapshot", true},
		"its backups are kept":       {func(a *database.RelationalArgs) { a.DeletionProtection = no }, "deleteAutomatedBackups", false},
		"a protected sandbox":        {func(a *database.RelationalArgs) { a.Preset, a.DeletionProtection = "sandbox", yes }, "skipFinalSnapshot", false},
		"tags":                       {func(a *database.RelationalArgs) { a.Tags = pulumi.StringMap{"team": pulumi.String("shop")} }, "tags.team", "shop"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			primary := orders(t, test.set).Type(instanceType)[0]
			same(t, test.input, primary.Input(test.input), test.want)
			same(t, "protected", primary.Protect, primary.Input("deletionProtection").(bool))
		})
	}
}

// The identifier is at most 63 characters with what replicas append, is a valid one
// whatever the component is called, and differs between stacks.
func TestRelationalIdentifier(t *testing.T) {
	t.Parallel()
	identifier := func(name, stack string) string {
		rec := record(t, program(name, func(a *database.RelationalArgs) { a.ReadReplicas = pulumi.IntRef(15) }), recorder.Stack(stack))
		longest := ""
		for _, i := range rec.Type(instanceType) {
			text := i.Input("identifier").(string)
			if len(text) > 63 || strings.Contains(text, "--") || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				t.Errorf("%q is no identifier", text)
			}
			if longest == "" || len(text) < len(longest) {
				longest = text
			}
		}
		if role, _ := rec.Type(roleType)[0].Output("name").(string); len(role) > 64 {
			t.Errorf("%q is no role name", role)
		}
		return longest
	}
	if a, b := identifier(fifty, "dev"), identifier(fifty, "prod"); a == b {
		t.Errorf("two stacks have the same database, %s", a)
	}
	if a, b := identifier(fifty+"-a", "dev"), identifier(fifty+"-b", "dev"); a == b {
		t.Errorf("two components have the same database, %s", a)
	}
	for _, name := range []string{"Orders_DB", "1st", "-x-"} {
		if got := identifier(name, "dev"); got[0] < 'a' || got[0] > 'z' {
			t.Errorf("%q does not begin with a letter", got)
		}
	}
}
