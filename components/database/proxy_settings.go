package database

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// proxySettings are the plain arguments of a Proxy, with defaults filled in.
type proxySettings struct {
	engine          engine // of a Relational that speaks the same language
	usernames       []string
	iam, reader     bool
	idle, borrow    int // seconds
	maxConnections  int // percent
	logDays         int
	engineSupported bool
}

const (
	createProxy     = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html"
	connectionPool  = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html"
	proxyLimits     = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations"
	mostProxyLogins = 200
)

func proxySettingsOf(s *convention.Scope, args *ProxyArgs) proxySettings {
	engineName := or(args.Engine, "postgres")
	d := proxySettings{
		usernames:      args.Usernames,
		reader:         convention.Or(args.ReaderEndpoint, false),
		idle:           convention.Or(args.IdleTimeoutSeconds, 1800),
		borrow:         convention.Or(args.BorrowTimeoutSeconds, 120),
		maxConnections: convention.Or(args.MaxConnectionsPercent, 90),
		logDays:        convention.Choose(args.LogRetentionDays, s.Preset, 90, 7),
		iam:            args.IamAuth != "disabled",
	}
	if aurora, known := auroraEngines[engineName]; known {
		engineName = aurora.compatible()
	}
	d.engine, d.engineSupported = engines[engineName]
	if d.usernames == nil {
		d.usernames = []string{"dbadmin"}
	}
	return d
}

// family is what RDS Proxy calls the language that a database speaks.
func (d proxySettings) family() string {
	if d.engine.name == "mysql" {
		return "MYSQL"
	}
	return "POSTGRESQL"
}

func (d proxySettings) port() string { return strconv.Itoa(d.engine.port) }

// Names of database users, without what would widen an IAM policy.
var databaseUsername = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// checkProxy refuses what cannot be created, and what would not work.
func checkProxy(s *convention.Scope, args *ProxyArgs, d proxySettings) {
	if !d.engineSupported {
		s.OneOf("engine", args.Engine, "postgres", "mysql", "aurora-postgresql", "aurora-mysql")
	}
	instance, cluster := args.TargetInstanceIdentifier != nil, args.TargetClusterIdentifier != nil
	switch {
	case !instance && !cluster:
		s.Refuse("targetInstanceIdentifier", "is required unless targetClusterIdentifier is given: a proxy needs a database behind it")
	case instance && cluster:
		s.Refuse("targetClusterIdentifier", "cannot be given together with targetInstanceIdentifier: a proxy has one database behind it; leave one of them out")
	case instance && strings.HasPrefix(args.Engine, "aurora-"):
		s.Refuse("targetInstanceIdentifier", "is not possible for %s, of which a proxy takes whole clusters; give targetClusterIdentifier", args.Engine)
	}
	if d.reader && !cluster {
		s.Refuse("readerEndpoint", "is possible for clusters only; leave it out, or give targetClusterIdentifier")
	}
	s.Require("vpcId", args.VpcId, "the security groups of the proxy belong to a VPC; give that of the database")
	s.Require("subnetIds", args.SubnetIds, "the proxy needs subnets in two availability zones; give some of the database's VPC")
	checkTwoSubnets(s, args.SubnetIds)
	s.Require("databaseClientSecurityGroupId", args.DatabaseClientSecurityGroupId, "without it the database does not let the proxy in; give the clientSecurityGroupId of the database")
	s.Require("secretArns", args.SecretArns, "the proxy connects to the database with users and passwords from secrets; give the secretArn of the database, or secrets of other users")
	if len(args.SecretArns) > mostProxyLogins {
		s.Refuse("secretArns", "has %d secrets; a proxy takes at most %d (%s)", len(args.SecretArns), mostProxyLogins, proxyLimits)
	}
	for i, secret := range args.SecretArns {
		if known, ok := secret.(pulumi.String); ok && !strings.Contains(string(known), ":secretsmanager:") {
			s.Refuse("secretArns", "number %d, %q, is not the ARN of a secret in Secrets Manager; give its whole ARN", i+1, string(known))
		}
	}
	if args.IamAuth != "" {
		s.OneOf("iamAuth", args.IamAuth, "required", "disabled")
	}
	switch {
	case !d.iam && args.Usernames != nil:
		s.Refuse("usernames", `has no effect with iamAuth "disabled", where a password lets in; leave it out`)
	case len(d.usernames) == 0:
		s.Refuse("usernames", "is empty, so nobody could connect; name the users of the secrets, or leave it out for %q", "dbadmin")
	}
	for _, user := range d.usernames {
		if !databaseUsername.MatchString(user) {
			s.Refuse("usernames", "%q is not the name of one database user; use letters, digits, underscores, hyphens and dots, and begin with a letter or an underscore", user)
		}
	}
	s.Between("idleTimeoutSeconds", d.idle, 1, 28800, createProxy)
	s.Between("maxConnectionsPercent", d.maxConnections, 1, 100, connectionPool)
	s.Between("borrowTimeoutSeconds", d.borrow, 0, 300, connectionPool)
	s.LogRetention("logRetentionDays", d.logDays)
}
