package database

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// tableSettings are the plain arguments of a Table, with defaults filled in.
type tableSettings struct {
	hash, order        tableKey
	indexes            []tableIndex
	provisioned        bool
	minRead, maxRead   int // 0: no limit
	minWrite, maxWrite int
	streamView         string
	recoveryDays       int
	protected          bool
	existing           bool
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
var tableStreamViews = map[string]string{
	"new-and-old-images": "NEW_AND_OLD_IMAGES", "new-image": "NEW_IMAGE", "old-image": "OLD_IMAGE", "keys-only": "KEYS_ONLY",
}

const (
	tableQuotas = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#default-limits-throughput
	mostTableUnits = 40000
)

func tableSettingsOf(s *convention.Scope, args *TableArgs) tableSettings {
	d := tableSettings{
		provisioned:  args.Billing == "provisioned",
		streamView:   or(args.StreamView, "new-and-old-images"),
		recoveryDays: convention.Choose(args.PointInTimeRecoveryDays, s.Preset, 35, 7),
		protected:    convention.Choose(args.DeletionProtection, s.Preset, true, false),
		existing:     args.ExistingTableName != "",
	}
	if d.provisioned {
		least, most := convention.Choose(nil, s.Preset, 5, 1), convention.Choose(nil, s.Preset, 500, 10)
		d.minRead, d.maxRead = convention.Or(args.MinReadUnits, least), convention.Or(args.MaxReadUnits, most)
		d.minWrite, d.maxWrite = convention.Or(args.MinWriteUnits, least), convention.Or(args.MaxWriteUnits, most)
		if args.MaxReadUnits == nil {
			d.maxRead = max(d.maxRead, d.minRead)
		}
		if args.MaxWriteUnits == nil {
			d.maxWrite = max(d.maxWrite, d.minWrite)
		}
	} else {
		d.maxRead, d.maxWrite = convention.Or(args.MaxReadUnits, 0), convention.Or(args.MaxWriteUnits, 0)
	}
	return d
}

// check refuses what cannot be created, and what would not do what it says.
func (b *tableBuilder) check() {
	args := b.args
	b.Require("hashKey", args.HashKey, `items are spread by it; write it as "id:S", or name an existingTableName`)
	b.keysOf(b.Scope, args)
	b.OneOf("billing", or(args.Billing, "on-demand"), "on-demand", "provisioned")
	b.OneOf("streamView", b.streamView, sortedKeys(tableStreamViews)...)
	b.Between("pointInTimeRecoveryDays", b.recoveryDays, 1, 35, "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html")
	b.checkUnits("Read", args.MinReadUnits, args.MaxReadUnits, b.minRead, b.maxRead)
	b.checkUnits("Write", args.MinWriteUnits, args.MaxWriteUnits, b.minWrite, b.maxWrite)
	b.checkReplicas()
}

func (b *tableBuilder) checkUnits(kind string, setLeast, setMost *int, least, most int) {
	minimum, maximum := "min"+kind+"Units", "max"+kind+"Units"
	if setLeast != nil && !b.provisioned {
		b.Refuse(minimum, "has no effect with on-demand billing, which scales to nothing; leave it out, or set billing to \"provisioned\"")
	} else if setLeast != nil {
		b.Between(minimum, least, 1, mostTableUnits, tableQuotas)
	}
	if setMost == nil {
		return
	}
	b.Between(maximum, most, 1, mostTableUnits, tableQuotas)
	if most < least {
		b.Refuse(maximum, "%d is below %s, which is %d; use %d or more", most, minimum, least, least)
	}
}

// checkReplicas refuses replicas that DynamoDB does not keep.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables_reqs_bestpractices.html
func (b *tableBuilder) checkReplicas() {
	args := b.args
	for i, region := range args.ReplicaRegions {
		if !regionName.MatchString(region) {
			b.Refuse("replicaRegions", "%q is not a region; write it as eu-west-1", region)
		} else if slices.Index(args.ReplicaRegions, region) < i {
			b.Refuse("replicaRegions", "%q stands there twice; a table has one replica a region", region)
		}
	}
	if len(args.ReplicaRegions) > 0 {
		if b.provisioned {
			b.Refuse("billing", "\"provisioned\" does not go with replicaRegions: each replica would need its own autoscaling in its region, and DynamoDB refuses replicas without it; use \"on-demand\"")
		}
		if b.streamView != "new-and-old-images" {
			b.Refuse("streamView", "%q does not go with replicaRegions, which are fed from a stream with new and old images; leave it out", b.streamView)
		}
	}
	switch keys, regions := len(args.ReplicaKmsKeyArns), len(args.ReplicaRegions); {
	case keys > 0 && args.KmsKeyArn == nil:
		b.Refuse("replicaKmsKeyArns", "needs kmsKeyArn: either all replicas of a table have keys of yours or none has; give kmsKeyArn, or leave this out")
	case keys != regions && args.KmsKeyArn != nil:
		b.Refuse("replicaKmsKeyArns", "has %d keys for %d replicaRegions; a key serves its own region only, so give each region one, in the same order", keys, regions)
	}
	for i, key := range args.ReplicaKmsKeyArns {
		known, ok := key.(pulumi.String)
		if !ok || i >= len(args.ReplicaRegions) {
			continue
		}
		if parts := strings.Split(string(known), ":"); len(parts) == 6 && parts[3] != args.ReplicaRegions[i] {
			b.Refuse("replicaKmsKeyArns", "%s is a key of %s, which cannot encrypt the replica in %s; give a key of that region", known, parts[3], args.ReplicaRegions[i])
		}
	}
}

// checkExisting refuses arguments that would have no effect on an existing table.
func (b *tableBuilder) checkExisting() {
	args := b.args
	for _, a := range []struct {
		argument string
		set      bool
	}{
		{"hashKey", args.HashKey != ""},
		{"rangeKey", args.RangeKey != ""},
		{"globalIndexes", len(args.GlobalIndexes) > 0},
		{"localIndexes", len(args.LocalIndexes) > 0},
		{"billing", args.Billing != ""},
		{"minReadUnits", args.MinReadUnits != nil},
		{"maxReadUnits", args.MaxReadUnits != nil},
		{"minWriteUnits", args.MinWriteUnits != nil},
		{"maxWriteUnits", args.MaxWriteUnits != nil},
		{"ttlAttribute", args.TtlAttribute != ""},
		{"streamView", args.StreamView != ""},
		{"pointInTimeRecoveryDays", args.PointInTimeRecoveryDays != nil},
		{"replicaRegions", len(args.ReplicaRegions) > 0},
		{"replicaKmsKeyArns", len(args.ReplicaKmsKeyArns) > 0},
		{"deletionProtection", args.DeletionProtection != nil},
	} {
		if a.set {
			b.Refuse(a.argument, "has no effect on an existing table, which this component does not change; leave it out, or leave existingTableName out")
		}
	}
}
