package compute

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// functionRuntimes are those that the provider takes and AWS mends:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-supported
var functionRuntimes = []string{
	"java8.al2", "java11", "java17", "java21", "nodejs22.x", "provided.al2023",
	"python3.11", "python3.12", "python3.13", "ruby3.3", "ruby3.4",
}

// endedRuntimes are those the provider takes too, and since when AWS mends no
// security holes in them; soon after, it refuses new functions, then new code.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
var endedRuntimes = map[string]string{
	"dotnet6": "2024-12-20", "dotnet8": "2026-11-10", "go1.x": "2024-01-08", "java8": "2024-01-08",
	"nodejs14.x": "2023-12-04", "nodejs16.x": "2024-06-12", "nodejs18.x": "2025-09-01", "nodejs20.x": "2026-04-30",
	"provided": "2024-01-08", "provided.al2": "2026-07-31",
	"python3.7": "2023-12-04", "python3.8": "2024-10-14", "python3.9": "2025-12-15", "python3.10": "2026-10-31",
	"ruby2.7": "2023-12-07", "ruby3.2": "2026-03-31",
}

// runtimeProblem says why a function cannot have a runtime.
func runtimeProblem(runtime string) string {
	if slices.Contains(functionRuntimes, runtime) {
		return ""
	}
	since, ended := endedRuntimes[runtime]
	if !ended {
		return fmt.Sprintf("%q is not a runtime that can be used; use one of %s, or a container image with imageUri", runtime, strings.Join(functionRuntimes, ", "))
	}
	successor := "a container image with imageUri"
	for _, family := range []struct{ prefix, newest string }{
		{"go", "provided.al2023"}, {"java", "java21"}, {"nodejs", "nodejs22.x"}, {"provided", "provided.al2023"}, {"python", "python3.13"}, {"ruby", "ruby3.4"},
	} {
		if strings.HasPrefix(runtime, family.prefix) {
			successor = family.newest
		}
	}
	return fmt.Sprintf("%s is deprecated since %s: AWS mends its security holes no more and takes no new functions of it; use %s", runtime, since, successor)
}

const placeholderRuntime = "python3.13"

// The placeholders answer what comes from an API or a function URL. Other events they
// fail, so that messages come back or wait in a dead-letter queue for the real code.
var placeholders = map[string]map[string]string{
	"python3.13": {"index.py": `import json


def handler(event, context):
    if isinstance(event, dict) and "requestContext" in event:
        body = json.dumps({"message": "There is no code here yet."})
        return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
    raise RuntimeError("There is no code here yet; the event is kept for it.")
`},
	"nodejs22.x": {"index.mjs": `export const handler = async (event) => {
  if (event && event.requestContext) {
    const body = JSON.stringify({ message: "There is no code here yet." });
    return { statusCode: 200, headers: { "content-type": "application/json" }, body };
  }
  throw new Error("There is no code here yet; the event is kept for it.");
};
`},
}

// code is what Lambda runs: the user's folder or archive, or the placeholder.
func (b *functionBuilder) code() pulumi.Archive {
	if b.args.Folder != "" {
		return pulumi.NewFileArchive(b.args.Folder)
	}
	files := map[string]any{}
	for name, text := range placeholders[b.runtime] {
		files[name] = pulumi.NewStringAsset(text)
	}
	return pulumi.NewAssetArchive(files)
}

func placeholderRuntimes() string {
	return strings.Join(slices.Sorted(maps.Keys(placeholders)), " or ")
}
