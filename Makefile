# GOGC trades memory for time when the AWS SDK is compiled.
export GOGC ?= 400

.PHONY: test generate lint golden bench

test: ## run all tests
	go test -timeout 30m ./...

generate: ## write what is generated from the components: lists, schema, module files
	go generate ./...

golden: ## write the golden projects and the scripts' expectations anew; read the difference
	go test ./tests ./internal/cli -run 'TestGoldenProjects|TestScripts' -update

lint: ## what must be clean before a commit
	test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

bench: ## measure the command line and the compiler
	go test -run '^$$' -bench . -benchmem ./tests ./internal/... ./recorder ./guardrails
