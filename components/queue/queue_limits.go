package queue

import "github.com/archimperative/scaffold/components/internal/convention"

const (
	secondsOfDay   = 24 * 60 * 60
	deadLetterDays = 14 // the most SQS has: time for people to find out what is wrong
	sqsQuotas      = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"
)

// limits are the numbers of a Queue, with defaults filled in.
type limits struct{ visibility, retentionDays, receives, age int }

func limitsOf(args *QueueArgs) limits {
	l := limits{
		visibility:    convention.Or(args.VisibilityTimeoutSeconds, 180),
		retentionDays: convention.Or(args.RetentionDays, 4),
		receives:      convention.Or(args.MaxReceiveCount, 5),
	}
	// A message that keeps failing has its own alarm, in the dead-letter queue; one
	// that is older than that has not been tried often enough.
	l.age = convention.Or(args.MaxAgeSeconds, min(max(l.attempts(), 300), l.retention()/2))
	return l
}

// attempts is how long a message can take to use up its receives, in seconds.
func (l limits) attempts() int { return l.visibility * l.receives }

func (l limits) retention() int { return l.retentionDays * secondsOfDay }

// check refuses numbers that SQS does not take, and those that together lose messages.
func (l limits) check(s *convention.Scope, ageIsSet bool) {
	s.Between("visibilityTimeoutSeconds", l.visibility, 0, 43200, sqsQuotas)
	s.Between("retentionDays", l.retentionDays, 1, 14, sqsQuotas)
	s.Between("maxReceiveCount", l.receives, 1, 1000, "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html")
	if l.retentionDays < 1 {
		return
	}
	if l.attempts() >= l.retention() {
		s.Refuse("retentionDays", "%d days end before %d receives of %d s each do, so a failing message would be dropped without ever reaching the dead-letter queue; raise retentionDays, or lower maxReceiveCount or visibilityTimeoutSeconds",
			l.retentionDays, l.receives, l.visibility)
	}
	if ageIsSet {
		s.Between("maxAgeSeconds", l.age, 60, l.retention()-1, "a metric comes once a minute, and no message gets older than retentionDays")
	}
}
