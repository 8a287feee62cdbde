package convention

import "slices"

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var logRetentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// LogRetention refuses a number of days that CloudWatch Logs cannot keep logs for.
func (s *Scope) LogRetention(argument string, days int) {
	if !slices.Contains(logRetentionDays, days) {
		s.Refuse(argument, "CloudWatch Logs cannot keep logs for %d days; use one of %v", days, logRetentionDays)
	}
}
