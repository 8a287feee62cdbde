package main

import (
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/requirements"
)

// required is what system.hcl asks for, each with its line; what has no line was
// assumed. When system.hcl changes, `scaffold new . --force` writes it anew.
var required = requirements.System{
	Name: "s",
	Requirements: []requirements.Requirement{
		{Name: "requests_per_second", Value: 10},
		{Name: "peak_factor", Value: 8.74, Line: 6},
		{Name: "concurrent_users", Value: 3, Line: 7},
		{Name: "read_ratio", Value: 0.8},
		{Name: "stored", Value: "10 GiB"},
		{Name: "growth_per_month", Value: "1 GiB"},
		{Name: "latency_p99", Value: "500ms"},
		{Name: "availability", Value: 99.9},
		{Name: "consistency", Value: "strong"},
		{Name: "rpo", Value: "5m"},
		{Name: "rto", Value: "4h"},
		{Name: "regions", Value: []string{"us-east-1"}},
		{Name: "compliance", Value: []string{"hipaa", "pci"}, Line: 8},
		{Name: "engineers", Value: 5},
		{Name: "monthly_budget_usd", Value: 0},
	},
	Services: []requirements.Service{
		{Name: "orders", Line: 10, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Stores: []string{"orders"}},
		{Name: "billing", Line: 15, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/billing", Stores: []string{"billing"}},
		{Name: "notifications", Line: 20, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/v2", Stores: []string{"select"}},
		{Name: "catalogue", Line: 24, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/catalogue", Stores: []string{"user"}},
		{Name: "search", Line: 28, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Consumes: []string{"paid"}},
		{Name: "users", Line: 31, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable"},
		{Name: "a", Line: 33, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable"},
		{Name: "reports2", Line: 35, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/reports2", Consumes: []string{"paid"}},
		{Name: "shipping-and-returns-eu", Line: 39, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/v8"},
		{Name: "very-long-name-of-a-thin", Line: 42, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/very-long-name-of-a-thin"},
		{Name: "inbox", Line: 45, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable"},
	},
	Stores: []requirements.Store{
		{Name: "orders", Model: "key-value", Line: 47},
		{Name: "billing", Model: "wide-column", Line: 48},
		{Name: "select", Model: "relational", Line: 49},
		{Name: "user", Model: "relational", Line: 50},
	},
	Events: []requirements.Event{
		{Name: "order-placed", Line: 51},
		{Name: "paid", Line: 52},
	},
	Environments: []requirements.Environment{
		{
			Name: "dev", Preset: "sandbox",
		},
		{
			Name: "prod", Preset: "production",
		},
	},
	Decisions: []requirements.Decision{
		{Name: "zones", Option: map[string]string{"dev": "two", "prod": "three"}},
		{Name: "egress", Option: map[string]string{"dev": "single", "prod": "per-zone"}},
		{Name: "recovery", Option: map[string]string{"dev": "backup-restore", "prod": "backup-restore"}},
		{Name: "encryption", Option: map[string]string{"dev": "one-key", "prod": "key-per-store"}},
		{Name: "logs", Option: map[string]string{"dev": "one-week", "prod": "six-years"}},
		{Name: "database", Option: map[string]string{"dev": "rds", "prod": "rds"}},
		{Name: "engine", Option: map[string]string{"dev": "postgres", "prod": "postgres"}},
		{Name: "standby", Option: map[string]string{"dev": "none", "prod": "multi-az"}},
		{Name: "replicas", Option: map[string]string{"dev": "none", "prod": "none"}},
		{Name: "cache", Option: map[string]string{"dev": "none", "prod": "none"}},
		{Name: "pooling", Option: map[string]string{"dev": "direct", "prod": "direct"}},
		{Name: "table_billing", Option: map[string]string{"dev": "on-demand", "prod": "on-demand"}},
		{Name: "compute", Option: map[string]string{"dev": "functions", "prod": "functions"}},
		{Name: "entrance", Option: map[string]string{"dev": "http-gateway", "prod": "rest-gateway"}},
		{Name: "address", Option: map[string]string{"dev": "domain", "prod": "domain"}},
		{Name: "firewall", Option: map[string]string{"dev": "none", "prod": "managed"}},
		{Name: "start", Option: map[string]string{"dev": "on-demand", "prod": "on-demand"}},
		{Name: "bus", Option: map[string]string{"dev": "bus", "prod": "bus"}},
	},
}

// waivers are the controls that are not met, with the reason and the last day that holds.
var waivers = []guardrails.Waiver{}
