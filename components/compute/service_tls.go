package compute

import (
	"regexp"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var authorityArn = regexp.MustCompile(`^arn:[a-z-]+:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority/[A-Za-z0-9-]+$`)

func (b *serviceBuilder) checkTLS() {
	arn := b.args.CertificateAuthorityArn
	if arn == nil {
		return
	}
	if b.args.NamespaceArn == nil {
		b.Refuse("certificateAuthorityArn", "signs the certificate of the proxy of Service Connect, which there is in a namespace only; give namespaceArn too, or leave it out")
	}
	if text, known := arn.(pulumi.String); known && !authorityArn.MatchString(string(text)) {
		b.Refuse("certificateAuthorityArn", "%q is not the ARN of a private certificate authority; give the arn of a CertificateAuthority", string(text))
	}
}

// createTLSRole makes the role by which ECS has the service's certificate signed and
// keeps its private key, and renews both every five days.
func (b *serviceBuilder) createTLSRole() error {
	if b.args.CertificateAuthorityArn == nil {
		return nil
	}
	// AWS documents this trust without conditions
	// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html),
	// so they bind as far as ECS says for whom it asks, and cannot stop a renewal if it does not.
	trust := convention.Policy(convention.Statement{
		Services: []string{"ecs.amazonaws.com"}, Actions: []string{"sts:AssumeRole"},
		Conditions: map[string]map[string][]pulumi.StringInput{
			"StringEqualsIfExists": {"aws:SourceAccount": {pulumi.String(b.account.ID)}},
			"ArnLikeIfExists":      {"aws:SourceArn": {pulumi.String(b.account.ARN("ecs", "*"))}},
		},
	})
	role, err := b.role("tls", "Certificates of "+b.Name, trust, b.args.Transform.TlsRole)
	if err != nil {
		return err
	}
	b.tlsRole = role
	return b.allow("tls", role, b.tlsPolicy(), b.args.Transform.TlsPolicy)
}

// tlsPolicy allows what the AWS managed policy for this role does, which is for every
// authority, region and cluster, for this authority and for secrets of this region only
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity.html).
func (b *serviceBuilder) tlsPolicy() pulumi.StringOutput {
	authority := []pulumi.StringInput{b.args.CertificateAuthorityArn.ToStringPtrOutput().Elem()}
	secrets := []pulumi.StringInput{pulumi.String(b.account.ARN("secretsmanager", "secret:ecs-sc!*"))}
	statements := []convention.Statement{
		{
			Sid: "CreateSecret", Actions: []string{"secretsmanager:CreateSecret", "secretsmanager:TagResource"}, Resources: secrets,
			Conditions: map[string]map[string][]pulumi.StringInput{
				"StringEquals": {"aws:RequestTag/AmazonECSManaged": {pulumi.String("true")}},
				"ArnLike": {"aws:RequestTag/AmazonECSCreated": {
					pulumi.String(b.account.ARN("ecs", "service/*/*")), pulumi.String(b.account.ARN("ecs", "task-set/*/*")),
				}},
			},
		},
		{
			Sid: "RotateSecret", Resources: secrets,
			Actions: []string{
				"secretsmanager:DeleteSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
				"secretsmanager:RotateSecret", "secretsmanager:UpdateSecret", "secretsmanager:UpdateSecretVersionStage",
			},
			Conditions: convention.When("StringEquals", "secretsmanager:ResourceTag/aws:secretsmanager:owningService", pulumi.String("ecs-sc")),
		},
		{Sid: "DescribeSecret", Actions: []string{"secretsmanager:DescribeSecret"}, Resources: secrets},
		{
			Sid: "ReadAuthority", Resources: authority,
			Actions: []string{"acm-pca:DescribeCertificateAuthority", "acm-pca:GetCertificate", "acm-pca:GetCertificateAuthorityCertificate"},
		},
		{
			// Certificates of services only, none of further authorities.
			Sid: "IssueCertificate", Actions: []string{"acm-pca:IssueCertificate"}, Resources: authority,
			Conditions: convention.When("StringEquals", "acm-pca:TemplateArn", pulumi.String("arn:"+b.account.Partition+":acm-pca:::template/EndEntityCertificate/V1")),
		},
	}
	if b.args.KmsKeyArn != nil {
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-tls.html
		statements = append(statements, convention.Statement{
			Sid: "EncryptPrivateKey", Resources: []pulumi.StringInput{b.args.KmsKeyArn.ToStringPtrOutput().Elem()},
			Actions: []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair"},
		})
	}
	return convention.Policy(statements...)
}

// tls lets callers in by TLS only, whose ends are the proxies beside both programs.
func (b *serviceBuilder) tls() ecs.ServiceServiceConnectConfigurationServiceTlsPtrInput {
	if b.tlsRole == nil {
		return nil
	}
	return ecs.ServiceServiceConnectConfigurationServiceTlsArgs{
		IssuerCertAuthority: ecs.ServiceServiceConnectConfigurationServiceTlsIssuerCertAuthorityArgs{
			AwsPcaAuthorityArn: b.args.CertificateAuthorityArn.ToStringPtrOutput().Elem(),
		},
		KmsKey:  b.args.KmsKeyArn,
		RoleArn: b.tlsRole.Arn,
	}
}
