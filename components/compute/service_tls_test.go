package compute_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const authority = "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/11223344-1234-1122-2233-112233445566"

func encrypted(a *compute.ServiceArgs) {
	a.NamespaceArn, a.CertificateAuthorityArn = namespace, pulumi.String(authority)
}

func TestServiceTLS(t *testing.T) {
	t.Parallel()
	plain := service(t, func(a *compute.ServiceArgs) { a.NamespaceArn = namespace })
	same(t, "TLS without an authority", plain.Find(serviceType, "orders-service").Input("serviceConnectConfiguration.services[0].tls"), nil)

	rec := service(t, func(a *compute.ServiceArgs) {
		encrypted(a)
		a.KmsKeyArn = pulumi.String(keyArn)
	})
	same(t, "resources that TLS adds", slices.DeleteFunc(rec.List(), func(r string) bool { return slices.Contains(plain.List(), r) }),
		[]string{roleType + " orders-tls", rolePolicyType + " orders-tls"})
	made, role := rec.Find(serviceType, "orders-service"), rec.Find(roleType, "orders-tls")
	same(t, "TLS", made.Input("serviceConnectConfiguration.services[0].tls"), object{
		"issuerCertAuthority": object{"awsPcaAuthorityArn": authority}, "kmsKey": keyArn, "roleArn": role.Output("arn"),
	})
	// The program speaks plain HTTP to the proxy beside it.
	same(t, "url", rec.Find(compute.ServiceToken, "orders").Output("url"), "http://orders:8080")
	// A service that ends without its role does not let go of its certificate.
	if policy := rec.Find(rolePolicyType, "orders-tls").URN; !slices.Contains(made.Dependencies, policy) {
		t.Errorf("the service depends on %s, not on the policy for TLS", strings.Join(made.Dependencies, "\n"))
	}
	keyless := service(t, encrypted)
	same(t, "key", keyless.Find(serviceType, "orders-service").Input("serviceConnectConfiguration.services[0].tls.kmsKey"), nil)
	same(t, "statements without a key", len(recorder.JSON(keyless.Find(rolePolicyType, "orders-tls").Input("policy")).(object)["Statement"].([]any)), 5)
}

func TestServiceTLSRole(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		encrypted(a)
		a.KmsKeyArn, a.PermissionsBoundaryArn = pulumi.String(keyArn), pulumi.String(boundary)
	})
	role := rec.Find(roleType, "orders-tls")
	same(t, "boundary", role.Input("permissionsBoundary"), boundary)
	same(t, "trust", recorder.JSON(role.Input("assumeRolePolicy")), document(object{
		"Effect": "Allow", "Principal": object{"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole",
		"Condition": object{
			"StringEqualsIfExists": object{"aws:SourceAccount": "123456789012"},
			"ArnLikeIfExists":      object{"aws:SourceArn": "arn:aws:ecs:eu-central-1:123456789012:*"},
		},
	}))
	const secrets = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecs-sc!*"
	same(t, "policy", recorder.JSON(rec.Find(rolePolicyType, "orders-tls").Input("policy")), document(
		object{
			"Sid": "CreateSecret", "Effect": "Allow", "Resource": secrets,
			"Action": []any{"secretsmanager:CreateSecret", "secretsmanager:TagResource"},
			"Condition": object{
				"StringEquals": object{"aws:RequestTag/AmazonECSManaged": "true"},
				"ArnLike": object{"aws:RequestTag/AmazonECSCreated": []any{
					"arn:aws:ecs:eu-central-1:123456789012:service/*/*", "arn:aws:ecs:eu-central-1:123456789012:task-set/*/*",
				}},
			},
		},
		object{
			"Sid": "RotateSecret", "Effect": "Allow", "Resource": secrets,
			"Action": []any{
				"secretsmanager:DeleteSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
				"secretsmanager:RotateSecret", "secretsmanager:UpdateSecret", "secretsmanager:UpdateSecretVersionStage",
			},
			"Condition": object{"StringEquals": object{"secretsmanager:ResourceTag/aws:secretsmanager:owningService": "ecs-sc"}},
		},
		object{"Sid": "DescribeSecret", "Effect": "Allow", "Resource": secrets, "Action": "secretsmanager:DescribeSecret"},
		object{
			"Sid": "ReadAuthority", "Effect": "Allow", "Resource": authority,
			"Action": []any{"acm-pca:DescribeCertificateAuthority", "acm-pca:GetCertificate", "acm-pca:GetCertificateAuthorityCertificate"},
		},
		object{
			"Sid": "IssueCertificate", "Effect": "Allow", "Resource": authority, "Action": "acm-pca:IssueCertificate",
			"Condition": object{"StringEquals": object{"acm-pca:TemplateArn": "arn:aws:acm-pca:::template/EndEntityCertificate/V1"}},
		},
		object{
			"Sid": "EncryptPrivateKey", "Effect": "Allow", "Resource": keyArn,
			"Action": []any{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair"},
		},
	))
}

func TestServiceTLSTransform(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		encrypted(a)
		a.Transform.TlsRole = func(a *iam.RoleArgs, _ *[]pulumi.ResourceOption) { a.Path = pulumi.String("/services/") }
		a.Transform.TlsPolicy = func(a *iam.RolePolicyArgs, _ *[]pulumi.ResourceOption) { a.Name = pulumi.String("certificates") }
	})
	same(t, "path of the role", rec.Find(roleType, "orders-tls").Input("path"), "/services/")
	same(t, "name of the policy", rec.Find(rolePolicyType, "orders-tls").Input("name"), "certificates")
}

func TestServiceTLSRefuses(t *testing.T) {
	t.Parallel()
	const prefix = `scaffold:compute:Service "orders": certificateAuthorityArn: `
	refused(t, program("orders", func(a *compute.ServiceArgs) { a.CertificateAuthorityArn = pulumi.String(authority) }),
		prefix+"signs the certificate of the proxy of Service Connect, which there is in a namespace only; give namespaceArn too, or leave it out")
	refused(t, program("orders", func(a *compute.ServiceArgs) {
		a.NamespaceArn, a.CertificateAuthorityArn = namespace, pulumi.String("arn:aws:acm:eu-central-1:123456789012:certificate/1")
	}), prefix+`"arn:aws:acm:eu-central-1:123456789012:certificate/1" is not the ARN of a private certificate authority; give the arn of a CertificateAuthority`)
}

// Two services that call one another, wired as they are deployed, known and unknown.
func TestServiceTLSWiring(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]recorder.Option{nil, {recorder.Preview()}} {
		rec, err := recorder.Run(func(ctx *pulumi.Context) error {
			key, err := security.NewKey(ctx, "data", &security.KeyArgs{Services: []string{"cloudwatch", "logs"}})
			if err != nil {
				return err
			}
			alarms, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{KmsKeyArn: key.Arn, Emails: []string{"team@example.com"}})
			if err != nil {
				return err
			}
			signer, err := security.NewCertificateAuthority(ctx, "mesh", nil)
			if err != nil {
				return err
			}
			cluster, err := compute.NewServiceCluster(ctx, "shop", &compute.ServiceClusterArgs{KmsKeyArn: key.Arn})
			if err != nil {
				return err
			}
			var callers pulumi.StringArray
			for _, name := range []string{"stock", "service-" + strings.Repeat("n", 42)} {
				args := required()
				args.ClusterArn, args.ClusterName, args.NamespaceArn = cluster.Arn, cluster.Name, cluster.NamespaceArn
				args.CertificateAuthorityArn, args.KmsKeyArn, args.AlarmTopicArn = signer.Arn, key.Arn, alarms.Arn
				args.SecurityGroupIds = callers
				made, err := compute.NewService(ctx, name, args)
				if err != nil {
					return err
				}
				callers = pulumi.StringArray{made.ClientSecurityGroupId}
			}
			return nil
		}, opts...)
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range guardrails.Wiring(rec) {
			t.Error(finding)
		}
		for _, role := range rec.Type(roleType) {
			if name, set := role.Input("name").(string); set && len(name) > 64 {
				t.Errorf("the role's name %s has %d characters; IAM takes 64", name, len(name))
			}
		}
	}
}
