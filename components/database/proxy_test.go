package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	proxyType         = "aws:rds/proxy:Proxy"
	proxyEndpointType = "aws:rds/proxyEndpoint:ProxyEndpoint"
	proxyGroupType    = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
	proxyTargetType   = "aws:rds/proxyTarget:ProxyTarget"
	rolePolicyType    = "aws:iam/rolePolicy:RolePolicy"

	secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1-AbCdEf"
	otherArn  = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:app-AbCdEf"
)

// proxied is a proxy of an instance, with what set sets.
func proxied(name string, set func(*database.ProxyArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &database.ProxyArgs{
			TargetInstanceIdentifier: pulumi.String("orders-1"), VpcId: pulumi.String("vpc-1"),
			SubnetIds:                     pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")},
			DatabaseClientSecurityGroupId: pulumi.String("sg-database"), SecretArns: []pulumi.StringInput{pulumi.String(secretArn)},
		}
		if set != nil {
			set(args)
		}
		_, err := database.NewProxy(ctx, name, args)
		return err
	}
}

func pool(t *testing.T, set func(*database.ProxyArgs)) *recorder.Recording {
	t.Helper()
	return record(t, proxied("pool", set))
}

func TestProxyByPreset(t *testing.T) {
	t.Parallel()
	for preset, days := range map[string]float64{"": 90, "production": 90, "sandbox": 7} {
		rec := pool(t, func(a *database.ProxyArgs) { a.Preset = preset })
		same(t, "resources", rec.List(), []string{
			logGroupType + " pool-log", securityGroupType + " pool-client", securityGroupType + " pool-server",
			roleType + " pool-role", rolePolicyType + " pool-secrets", proxyType + " pool-proxy", proxyGroupType + " pool-pool", proxyTargetType + " pool-target",
			egressType + " pool-to-server", ingressType + " pool-from-client", database.ProxyToken + " pool",
		})
		proxy := rec.Find(proxyType, "pool-proxy")
		name := proxy.Input("name").(string)
		same(t, "proxy", proxy.Inputs, object{
			"name": name, "engineFamily": "POSTGRESQL", "roleArn": rec.Type(roleType)[0].Output("arn"), "requireTls": true,
			"auths":             list{object{"authScheme": "SECRETS", "iamAuth": "REQUIRED", "secretArn": secretArn}},
			"idleClientTimeout": 1800.0, "debugLogging": false, "vpcSubnetIds": list{"subnet-1", "subnet-2"},
			"vpcSecurityGroupIds": list{rec.Find(securityGroupType, "pool-server").ID, "sg-database"},
		})
		same(t, "log", rec.Type(logGroupType)[0].Inputs, object{"name": "/aws/rds/proxy/" + name, "retentionInDays": days})
		for _, first := range []*recorder.Resource{rec.Type(logGroupType)[0], rec.Type(rolePolicyType)[0]} {
			if !strings.Contains(strings.Join(proxy.Dependencies, "\n"), first.URN) {
				t.Errorf("the proxy may be created before %s", first)
			}
		}
		same(t, "pool", rec.Type(proxyGroupType)[0].Inputs, object{
			"dbProxyName": name, "connectionPoolConfig": object{"maxConnectionsPercent": 90.0, "maxIdleConnectionsPercent": 45.0, "connectionBorrowTimeout": 120.0},
		})
		same(t, "target", rec.Type(proxyTargetType)[0].Inputs, object{
			"dbProxyName": name, "targetGroupName": rec.Type(proxyGroupType)[0].Output("name"), "dbInstanceIdentifier": "orders-1",
		})
	}
}

func TestProxyAccess(t *testing.T) {
	t.Parallel()
	const boundary = "arn:aws:iam::123456789012:policy/boundary"
	rec := pool(t, func(a *database.ProxyArgs) {
		a.SecretArns = append(a.SecretArns, pulumi.String(otherArn))
		a.Usernames, a.KmsKeyArn, a.PermissionsBoundaryArn = []string{"shop_app", "shop.reports"}, pulumi.String(keyArn), pulumi.String(boundary)
	})
	role, self, proxy := rec.Type(roleType)[0], rec.Find(database.ProxyToken, "pool"), rec.Type(proxyType)[0]
	same(t, "boundary", role.Input("permissionsBoundary"), boundary)
	same(t, "trust", recorder.JSON(role.Input("assumeRolePolicy")), object{"Version": "2012-10-17", "Statement": list{object{
		"Effect": "Allow", "Principal": object{"Service": "rds.amazonaws.com"}, "Action": "sts:AssumeRole",
		"Condition": object{"StringEquals": object{"aws:SourceAccount": "123456789012"}},
	}}})
	reads := list{
		object{"Sid": "ReadSecrets", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": list{secretArn, otherArn}},
		object{
			"Sid": "UseKey", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn,
			"Condition": object{"StringEquals": object{"kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com"}},
		},
	}
	same(t, "role", recorder.JSON(rec.Type(rolePolicyType)[0].Input("policy")), object{"Version": "2012-10-17", "Statement": reads})
	same(t, "key of the log", rec.Type(logGroupType)[0].Input("kmsKeyId"), keyArn)
	arn := proxy.Output("arn").(string)
	user := "arn:aws:rds-db:eu-central-1:123456789012:dbuser:" + arn[strings.Index(arn, "prx-"):]
	same(t, "outputs", self.Outputs, object{
		"endpoint": proxy.Output("endpoint"), "readerEndpoint": proxy.Output("endpoint"), "port": "5432",
		"clientSecurityGroupId": rec.Find(securityGroupType, "pool-client").ID, "connectPolicy": self.Output("connectPolicy"),
	})
	same(t, "connect policy", recorder.JSON(self.Output("connectPolicy")), object{"Version": "2012-10-17", "Statement": list{
		object{"Sid": "Connect", "Effect": "Allow", "Action": "rds-db:connect", "Resource": list{user + "/shop_app", user + "/shop.reports"}},
	}})

	// Without tokens, callers need the passwords.
	rec = pool(t, func(a *database.ProxyArgs) {
		a.SecretArns = append(a.SecretArns, pulumi.String(otherArn))
		a.IamAuth, a.KmsKeyArn = "disabled", pulumi.String(keyArn)
	})
	same(t, "tokens", rec.Type(proxyType)[0].Input("auths[0].iamAuth"), "DISABLED")
	same(t, "TLS", rec.Type(proxyType)[0].Input("requireTls"), true)
	same(t, "connect policy", recorder.JSON(rec.Find(database.ProxyToken, "pool").Output("connectPolicy")), object{"Version": "2012-10-17", "Statement": reads})
	same(t, "master user", recorder.At(pool(t, nil).Find(database.ProxyToken, "pool").Output("connectPolicy"), "Statement[0].Resource").(string)[len(user):], "/dbadmin")
}

func TestProxyNetwork(t *testing.T) {
	t.Parallel()
	for engine, want := range map[string]struct {
		family string
		port   float64
	}{"": {"POSTGRESQL", 5432}, "mysql": {"MYSQL", 3306}} {
		rec := pool(t, func(a *database.ProxyArgs) { a.Engine = engine })
		same(t, "family", rec.Type(proxyType)[0].Input("engineFamily"), want.family)
		server, client := rec.Find(securityGroupType, "pool-server"), rec.Find(securityGroupType, "pool-client")
		same(t, "ingress", rec.Type(ingressType)[0].Inputs, object{
			"securityGroupId": server.ID, "referencedSecurityGroupId": client.ID, "ipProtocol": "tcp", "fromPort": want.port, "toPort": want.port,
			"description": "Clients of database proxy pool",
		})
		same(t, "egress", rec.Type(egressType)[0].Inputs, object{
			"securityGroupId": client.ID, "referencedSecurityGroupId": server.ID, "ipProtocol": "tcp", "fromPort": want.port, "toPort": want.port,
			"description": "To database proxy pool",
		})
	}
}

func TestProxyOfCluster(t *testing.T) {
	t.Parallel()
	for engine, family := range map[string]string{"aurora-postgresql": "POSTGRESQL", "aurora-mysql": "MYSQL"} {
		rec := pool(t, func(a *database.ProxyArgs) {
			a.Engine, a.TargetInstanceIdentifier, a.TargetClusterIdentifier, a.ReaderEndpoint = engine, nil, pulumi.String("catalog-1"), pulumi.BoolRef(true)
		})
		proxy, endpoint := rec.Type(proxyType)[0], rec.Find(proxyEndpointType, "pool-reader")
		same(t, "family", proxy.Input("engineFamily"), family)
		target := rec.Type(proxyTargetType)[0]
		same(t, "target", []any{target.Input("dbClusterIdentifier"), target.Input("dbInstanceIdentifier")}, []any{"catalog-1", nil})
		same(t, "reader endpoint", endpoint.Inputs, object{
			"dbProxyName": proxy.Input("name"), "dbProxyEndpointName": proxy.Input("name").(string) + "-reader", "targetRole": "READ_ONLY",
			"vpcSubnetIds": list{"subnet-1", "subnet-2"}, "vpcSecurityGroupIds": proxy.Input("vpcSecurityGroupIds"),
		})
		same(t, "where to read from", rec.Find(database.ProxyToken, "pool").Output("readerEndpoint"), endpoint.Output("endpoint"))
	}
}

// A proxy in other subnets is another one, which needs another name beside the old one.
func TestProxyName(t *testing.T) {
	t.Parallel()
	name := func(set func(*database.ProxyArgs)) string {
		return pool(t, set).Type(proxyType)[0].Input("name").(string)
	}
	subnets := func(ids ...string) func(*database.ProxyArgs) {
		return func(a *database.ProxyArgs) { a.SubnetIds = pulumi.ToStringArray(ids) }
	}
	if name(nil) != name(subnets("subnet-2", "subnet-1")) {
		t.Error("the order of subnets matters")
	}
	if name(nil) == name(subnets("subnet-1", "subnet-3")) || name(nil) == name(func(a *database.ProxyArgs) { a.Engine = "mysql" }) {
		t.Error("a new proxy has the name of the old one")
	}
	rec := record(t, proxied(fifty, func(a *database.ProxyArgs) {
		a.Engine, a.TargetInstanceIdentifier, a.TargetClusterIdentifier, a.ReaderEndpoint = "aurora-mysql", nil, pulumi.String("c"), pulumi.BoolRef(true)
	}))
	for _, name := range []string{rec.Type(proxyType)[0].Input("name").(string), rec.Type(proxyEndpointType)[0].Input("dbProxyEndpointName").(string)} {
		if len(name) > 63 || strings.Contains(name, "--") {
			t.Errorf("RDS does not take %q", name)
		}
	}
	if name, given := rec.Type(roleType)[0].Input("name").(string); given && len(name) > 64 {
		t.Errorf("IAM does not take %q", name)
	}
}

func TestProxyAlarms(t *testing.T) {
	t.Parallel()
	rec := pool(t, func(a *database.ProxyArgs) { a.AlarmTopicArn = pulumi.String(alarmsArn) })
	dimensions := object{"ProxyName": rec.Type(proxyType)[0].Input("name")}
	for name, want := range map[string][]any{
		"waiting":          {"DatabaseConnectionsBorrowLatency", "Average", 500000.0},
		"database-refuses": {"DatabaseConnectionsSetupFailed", "Sum", 5.0},
		"callers-refused":  {"ClientConnectionsSetupFailedAuth", "Sum", 20.0},
	} {
		alarm := rec.Find(alarmType, "pool-"+name)
		same(t, name, []any{alarm.Input("metricName"), alarm.Input("statistic"), alarm.Input("threshold")}, want)
		same(t, name, []any{alarm.Input("namespace"), alarm.Input("dimensions"), alarm.Input("alarmActions")}, []any{"AWS/RDS", dimensions, list{alarmsArn}})
	}
	connections := rec.Find(alarmType, "pool-connections")
	same(t, "connections", []any{connections.Input("metricQueries[1].metric.metricName"), connections.Input("metricQueries[2].metric.metricName"), connections.Input("metricQueries[2].metric.dimensions"), connections.Input("threshold")},
		[]any{"DatabaseConnectionsCurrentlyBorrowed", "MaxDatabaseConnectionsAllowed", dimensions, 80.0})
	same(t, "alarms", len(rec.Type(alarmType)), 4)
	same(t, "alarms without a topic", len(pool(t, nil).Type(alarmType)), 0)
}

func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	number, word := pulumi.IntRef, pulumi.String("x")
	const (
		api    = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/"
		target = "targetInstanceIdentifier: is required unless targetClusterIdentifier is given: a proxy needs a database behind it"
	)
	for name, test := range map[string]struct {
		set  func(*database.ProxyArgs)
		want []string
	}{
		"nothing": {func(a *database.ProxyArgs) { *a = database.ProxyArgs{} }, []string{
			target,
			"vpcId: is required: the security groups of the proxy belong to a VPC; give that of the database",
			"subnetIds: is required: the proxy needs subnets in two availability zones; give some of the database's VPC",
			"databaseClientSecurityGroupId: is required: without it the database does not let the proxy in; give the clientSecurityGroupId of the database",
			"secretArns: is required: the proxy connects to the database with users and passwords from secrets; give the secretArn of the database, or secrets of other users",
		}},
		"engine":      {func(a *database.ProxyArgs) { a.Engine = "oracle" }, []string{`engine: "oracle" is not possible; use one of postgres, mysql, aurora-postgresql, aurora-mysql`}},
		"two targets": {func(a *database.ProxyArgs) { a.TargetClusterIdentifier = word }, []string{"targetClusterIdentifier: cannot be given together with targetInstanceIdentifier: a proxy has one database behind it; leave one of them out"}},
		"a part":      {func(a *database.ProxyArgs) { a.Engine = "aurora-mysql" }, []string{"targetInstanceIdentifier: is not possible for aurora-mysql, of which a proxy takes whole clusters; give targetClusterIdentifier"}},
		"readers":     {func(a *database.ProxyArgs) { a.ReaderEndpoint = pulumi.BoolRef(true) }, []string{"readerEndpoint: is possible for clusters only; leave it out, or give targetClusterIdentifier"}},
		"one subnet":  {func(a *database.ProxyArgs) { a.SubnetIds = pulumi.StringArray{word} }, []string{"subnetIds: has one subnet; give subnets in at least two availability zones, which RDS asks for"}},
		"no secret": {func(a *database.ProxyArgs) {
			a.SecretArns = []pulumi.StringInput{pulumi.String(secretArn), pulumi.String("app")}
		}, []string{`secretArns: number 2, "app", is not the ARN of a secret in Secrets Manager; give its whole ARN`}},
		"many secrets": {func(a *database.ProxyArgs) {
			for range 200 {
				a.SecretArns = append(a.SecretArns, pulumi.String(secretArn))
			}
		}, []string{"secretArns: has 201 secrets; a proxy takes at most 200 (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations)"}},
		"tokens":        {func(a *database.ProxyArgs) { a.IamAuth = "optional" }, []string{`iamAuth: "optional" is not possible; use one of required, disabled`}},
		"no users":      {func(a *database.ProxyArgs) { a.Usernames = []string{} }, []string{`usernames: is empty, so nobody could connect; name the users of the secrets, or leave it out for "dbadmin"`}},
		"all users":     {func(a *database.ProxyArgs) { a.Usernames = []string{"*"} }, []string{`usernames: "*" is not the name of one database user; use letters, digits, underscores, hyphens and dots, and begin with a letter or an underscore`}},
		"idle users":    {func(a *database.ProxyArgs) { a.IamAuth, a.Usernames = "disabled", []string{"app"} }, []string{`usernames: has no effect with iamAuth "disabled", where a password lets in; leave it out`}},
		"idle":          {func(a *database.ProxyArgs) { a.IdleTimeoutSeconds = number(0) }, []string{"idleTimeoutSeconds: 0 is out of range; use 1 to 28800 (" + api + "API_CreateDBProxy.html)"}},
		"connections":   {func(a *database.ProxyArgs) { a.MaxConnectionsPercent = number(101) }, []string{"maxConnectionsPercent: 101 is out of range; use 1 to 100 (" + api + "API_ConnectionPoolConfiguration.html)"}},
		"a long wait":   {func(a *database.ProxyArgs) { a.BorrowTimeoutSeconds = number(301) }, []string{"borrowTimeoutSeconds: 301 is out of range; use 0 to 300 (" + api + "API_ConnectionPoolConfiguration.html)"}},
		"preset, logs":  {func(a *database.ProxyArgs) { a.Preset, a.LogRetentionDays = "x", number(4) }, []string{`preset: "x" is not a preset; use "sandbox" or "production"`, "logRetentionDays: CloudWatch Logs cannot keep logs for 4 days; use one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]"}},
		"empty secrets": {func(a *database.ProxyArgs) { a.SecretArns = []pulumi.StringInput{} }, []string{"secretArns: is required: the proxy connects to the database with users and passwords from secrets; give the secretArn of the database, or secrets of other users"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, proxied("pool", test.set), `scaffold:database:Proxy "pool"`, test.want...)
		})
	}
}
