package sizing

// Sources of the formulas.
const (
	LittlesLaw    = "Little's law: J. D. C. Little, A Proof for the Queuing Formula L = λW, Operations Research 9(3), 1961"
	LambdaDocs    = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"
	KinesisDocs   = "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"
	PartitionDocs = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.Partitions.html"
)

// InFlight is how many requests are being answered at a time, by Little's law: L = λ·W.
// It is not rounded.
func InFlight(requestsPerSecond, seconds float64) (float64, error) {
	if err := check(amount{name: "requests_per_second", value: requestsPerSecond}, amount{name: "seconds", value: seconds}); err != nil {
		return 0, err
	}
	return result(requestsPerSecond*seconds, "requests_per_second")
}

// Tasks is how many tasks answer so many requests, if each task works on
// requestsPerTask at a time and is to be busy for at most the utilization of its time,
// above 0 and up to 1: max(1, ⌈λ·W / (requestsPerTask·utilization)⌉).
func Tasks(requestsPerSecond, secondsPerRequest, requestsPerTask, utilization float64) (float64, error) {
	err := check(
		amount{name: "requests_per_second", value: requestsPerSecond}, amount{name: "seconds_per_request", value: secondsPerRequest},
		amount{"requests_per_task", requestsPerTask, true}, amount{"utilization", utilization, true},
	)
	if err != nil {
		return 0, err
	}
	if utilization > 1 {
		return 0, invalid("utilization", "is %g, and is a part of the whole: give a number above 0 and up to 1", utilization)
	}
	return result(max(1, up(requestsPerSecond*secondsPerRequest/(requestsPerTask*utilization))), "requests_per_second")
}

// Concurrency is how many executions of a function run at a time, with so much
// headroom, such as 0.3 for 30 %: ⌈λ·W·(1 + headroom)⌉.
func Concurrency(requestsPerSecond, seconds, headroom float64) (float64, error) {
	err := check(amount{name: "requests_per_second", value: requestsPerSecond}, amount{name: "seconds", value: seconds}, amount{name: "headroom", value: headroom})
	if err != nil {
		return 0, err
	}
	return result(up(requestsPerSecond*seconds*(1+headroom)), "requests_per_second")
}

// Storage is how many GiB are stored after so many months: now + growth·months.
func Storage(nowGiB, growthGiBPerMonth, months float64) (float64, error) {
	err := check(amount{name: "now_gib", value: nowGiB}, amount{name: "growth_gib_per_month", value: growthGiBPerMonth}, amount{name: "months", value: months})
	if err != nil {
		return 0, err
	}
	return result(nowGiB+growthGiBPerMonth*months, "growth_gib_per_month")
}

// Shards is how many shards of a Kinesis stream take so much, each 1 MiB and 1000
// records a second: max(1, ⌈max(MiB/s / 1, records/s / 1000)⌉).
func Shards(mibPerSecond, recordsPerSecond float64) (float64, error) {
	if err := check(amount{name: "mib_per_second", value: mibPerSecond}, amount{name: "records_per_second", value: recordsPerSecond}); err != nil {
		return 0, err
	}
	mib, err := Quota("kinesis", "shard-mib-per-second")
	if err != nil {
		return 0, err
	}
	records, err := Quota("kinesis", "shard-records-per-second")
	if err != nil {
		return 0, err
	}
	return max(1, up(max(mibPerSecond/mib, recordsPerSecond/records))), nil
}

// Partitions is how many partitions DynamoDB needs for a table, each 3000 read units
// and 1000 write units a second and 10 GiB:
// max(1, ⌈reads/3000 + writes/1000⌉, ⌈GiB/10⌉).
func Partitions(readsPerSecond, writesPerSecond, gib float64) (float64, error) {
	if err := check(amount{name: "reads_per_second", value: readsPerSecond}, amount{name: "writes_per_second", value: writesPerSecond}, amount{name: "gib", value: gib}); err != nil {
		return 0, err
	}
	var limits [3]float64
	for i, name := range []string{"partition-reads-per-second", "partition-writes-per-second", "partition-gib"} {
		limit, err := Quota("dynamodb", name)
		if err != nil {
			return 0, err
		}
		limits[i] = limit
	}
	return max(1, up(readsPerSecond/limits[0]+writesPerSecond/limits[1]), up(gib/limits[2])), nil
}

// secondsOfMonth are those of the 30 days that service level agreements count by.
const secondsOfMonth = 30 * 24 * 60 * 60

// Downtime is how many seconds of 30 days an availability in percent leaves:
// (100 − percent)/100 · 2 592 000.
func Downtime(percent float64) (float64, error) {
	if err := check(amount{name: "percent", value: percent}); err != nil {
		return 0, err
	}
	if percent > 100 {
		return 0, invalid("percent", "is %g, and must not be above 100", percent)
	}
	return plain((100 - percent) / 100 * secondsOfMonth), nil
}
