package database_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestTableRefuses(t *testing.T) {
	t.Parallel()
	const quotas = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"
	number := pulumi.IntRef
	var many []string
	for i := range 21 {
		many = append(many, fmt.Sprintf("by%02d:id:S", i))
	}
	noEffect := ": has no effect on an existing table, which this component does not change; leave it out, or leave existingTableName out"
	for name, test := range map[string]struct {
		set  func(*database.TableArgs)
		want []string
	}{
		"no key":           {func(a *database.TableArgs) { a.HashKey = "" }, []string{`hashKey: is required: items are spread by it; write it as "id:S", or name an existingTableName`}},
		"key without type": {func(a *database.TableArgs) { a.HashKey = "id" }, []string{`hashKey: "id" is not a key; write it as "name:type", with the type S (text), N (number) or B (bytes)`}},
		"type":             {func(a *database.TableArgs) { a.HashKey = "id:string" }, []string{`hashKey: "id:string" has the type "string", which a key cannot have; use S (text), N (number) or B (bytes)`}},
		"same keys":        {func(a *database.TableArgs) { a.RangeKey = "id:S" }, []string{`rangeKey: "id" is the hashKey too; use another attribute, or leave it out`}},
		"index":            {func(a *database.TableArgs) { a.GlobalIndexes = []string{"byUser"} }, []string{`globalIndexes: "byUser" is not an index; write it as "byUser:userId:S" or "byUser:userId:S,createdAt:N"`}},
		"short name":       {func(a *database.TableArgs) { a.GlobalIndexes = []string{"by:user:S"} }, []string{`globalIndexes: "by:user:S" has the name "by"; use 3 to 255 letters, digits, underscores, hyphens and dots`}},
		"three keys":       {func(a *database.TableArgs) { a.GlobalIndexes = []string{"byAll:a:S,b:S,c:S"} }, []string{`globalIndexes: "byAll:a:S,b:S,c:S" has too many keys; write it as "byUser:userId:S" or "byUser:userId:S,createdAt:N"`}},
		"one key twice":    {func(a *database.TableArgs) { a.GlobalIndexes = []string{"byA:a:S,a:S"} }, []string{`globalIndexes: "byA:a:S,a:S" has "a" as both of its keys; use two attributes, or leave the second out`}},
		"two types":        {func(a *database.TableArgs) { a.GlobalIndexes = []string{"byId:id:N"} }, []string{`globalIndexes: "id" is of the type N here and S elsewhere; an attribute has one type`}},
		"index twice":      {func(a *database.TableArgs) { a.GlobalIndexes = []string{"byA:a:S", "byA:b:S"} }, []string{`globalIndexes: "byA" is named twice; give each index its own name`}},
		"many indexes":     {func(a *database.TableArgs) { a.GlobalIndexes = many }, []string{"globalIndexes: has 21 indexes; DynamoDB takes 20 (" + quotas + ")"}},
		"local without order": {func(a *database.TableArgs) { a.LocalIndexes = []string{"byDate:at:N"} }, []string{
			"localIndexes: sort the items of one hash key, of which a table without a rangeKey has only one; set rangeKey, or use globalIndexes",
		}},
		"local as the table": {func(a *database.TableArgs) { a.RangeKey, a.LocalIndexes = "at:N", []string{"byDate:at:N"} }, []string{`localIndexes: "byDate" sorts by the rangeKey, as the table itself does; leave it out`}},
		"expiry by text":     {func(a *database.TableArgs) { a.TtlAttribute = "id" }, []string{`ttlAttribute: "id" is a key of the type S, and DynamoDB expires items by a number only; use an attribute with the time in seconds since 1970`}},
		"billing":            {func(a *database.TableArgs) { a.Billing = "reserved" }, []string{`billing: "reserved" is not possible; use one of on-demand, provisioned`}},
		"least on demand":    {func(a *database.TableArgs) { a.MinReadUnits = number(5) }, []string{`minReadUnits: has no effect with on-demand billing, which scales to nothing; leave it out, or set billing to "provisioned"`}},
		"least above most": {func(a *database.TableArgs) {
			a.Billing, a.MinWriteUnits, a.MaxWriteUnits = "provisioned", number(10), number(5)
		}, []string{"maxWriteUnits: 5 is below minWriteUnits, which is 10; use 10 or more"}},
		"no units":  {func(a *database.TableArgs) { a.MaxReadUnits = number(0) }, []string{"maxReadUnits: 0 is out of range; use 1 to 40000 (" + quotas + ")"}},
		"stream":    {func(a *database.TableArgs) { a.StreamView = "all" }, []string{`streamView: "all" is not possible; use one of keys-only, new-and-old-images, new-image, old-image`}},
		"recovery":  {func(a *database.TableArgs) { a.PointInTimeRecoveryDays = number(0) }, []string{"pointInTimeRecoveryDays: 0 is out of range; use 1 to 35 (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html)"}},
		"no region": {func(a *database.TableArgs) { a.ReplicaRegions = []string{"ireland"} }, []string{`replicaRegions: "ireland" is not a region; write it as eu-west-1`}},
		"twice":     {func(a *database.TableArgs) { a.ReplicaRegions = []string{"eu-west-1", "eu-west-1"} }, []string{`replicaRegions: "eu-west-1" stands there twice; a table has one replica a region`}},
		"replicas of what is provisioned": {func(a *database.TableArgs) { a.ReplicaRegions, a.Billing = []string{"eu-west-1"}, "provisioned" }, []string{
			`billing: "provisioned" does not go with replicaRegions: each replica would need its own autoscaling in its region, and DynamoDB refuses replicas without it; use "on-demand"`,
		}},
		"replicas of half a stream": {func(a *database.TableArgs) { a.ReplicaRegions, a.StreamView = []string{"eu-west-1"}, "new-image" }, []string{
			`streamView: "new-image" does not go with replicaRegions, which are fed from a stream with new and old images; leave it out`,
		}},
		"a replica without a key": {func(a *database.TableArgs) {
			a.ReplicaRegions, a.KmsKeyArn = []string{"eu-west-1"}, pulumi.String(keyArn)
		}, []string{
			"replicaKmsKeyArns: has 0 keys for 1 replicaRegions; a key serves its own region only, so give each region one, in the same order",
		}},
		"a key of the replica only": {func(a *database.TableArgs) {
			a.ReplicaRegions, a.ReplicaKmsKeyArns = []string{"eu-west-1"}, []pulumi.StringInput{pulumi.String(westKeyArn)}
		}, []string{"replicaKmsKeyArns: needs kmsKeyArn: either all replicas of a table have keys of yours or none has; give kmsKeyArn, or leave this out"}},
		"a key of elsewhere": {func(a *database.TableArgs) {
			a.ReplicaRegions, a.KmsKeyArn, a.ReplicaKmsKeyArns = []string{"eu-west-1"}, pulumi.String(keyArn), []pulumi.StringInput{pulumi.String(keyArn)}
		}, []string{"replicaKmsKeyArns: " + keyArn + " is a key of eu-central-1, which cannot encrypt the replica in eu-west-1; give a key of that region"}},
		"existing": {func(a *database.TableArgs) {
			a.ExistingTableName, a.Billing, a.TtlAttribute, a.DeletionProtection = "legacy", "on-demand", "expires", pulumi.BoolRef(true)
		}, []string{"hashKey" + noEffect, "billing" + noEffect, "ttlAttribute" + noEffect, "deletionProtection" + noEffect}},
		"all at once": {func(a *database.TableArgs) { a.Preset, a.HashKey, a.StreamView = "x", "", "y" }, []string{
			`preset: "x" is not a preset; use "sandbox" or "production"`,
			`hashKey: is required: items are spread by it; write it as "id:S", or name an existingTableName`,
			`streamView: "y" is not possible; use one of keys-only, new-and-old-images, new-image, old-image`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, newTable("orders", test.set), `scaffold:database:Table "orders"`, test.want...)
		})
	}
}

// Where the provider deploys to is known only once the component is registered.
func TestTableRefusesItsOwnRegion(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(newTable("orders", func(a *database.TableArgs) { a.ReplicaRegions = []string{"eu-central-1"} }))
	if err == nil {
		t.Fatal("accepted")
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	same(t, "problem", first, `scaffold:database:Table "orders": replicaRegions: "eu-central-1" is the region of the table itself; name other regions only`)
}
