package recorder_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// What an explicit provider makes is in that provider's region.
func TestPlaceholdersAreInTheProvidersRegion(t *testing.T) {
	t.Parallel()
	var asked string
	rec, err := recorder.Run(func(ctx *pulumi.Context) error {
		east, err := aws.NewProvider(ctx, "east", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
		if err != nil {
			return err
		}
		if _, err := sns.NewTopic(ctx, "there", nil, pulumi.Provider(east)); err != nil {
			return err
		}
		region, err := aws.GetRegion(ctx, nil, pulumi.Provider(east))
		if err != nil {
			return err
		}
		asked = region.Name
		_, err = sns.NewTopic(ctx, "here", nil)
		return err
	}, recorder.Region("eu-west-1"))
	if err != nil {
		t.Fatal(err)
	}
	for name, region := range map[string]string{"there": "us-east-1", "here": "eu-west-1"} {
		arn, _ := rec.Find("aws:sns/topic:Topic", name).Output("arn").(string)
		if !strings.HasPrefix(arn, "arn:aws:sns:"+region+":") {
			t.Errorf("%s has the ARN %s", name, arn)
		}
	}
	if asked != "us-east-1" {
		t.Errorf("the provider says it works in %s", asked)
	}
}
