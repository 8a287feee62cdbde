package main

import (
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/requirements"
)

// required is what system.hcl asks for, each with its line; what has no line was
// assumed. When system.hcl changes, `scaffold new . --force` writes it anew.
var required = requirements.System{
	Name: "tickets",
	Requirements: []requirements.Requirement{
		{Name: "requests_per_second", Value: 400, Line: 10},
		{Name: "peak_factor", Value: 10, Line: 11},
		{Name: "concurrent_users", Value: 40000, Line: 12},
		{Name: "read_ratio", Value: 0.97, Line: 13},
		{Name: "stored", Value: "80 GiB", Line: 14},
		{Name: "growth_per_month", Value: "4 GiB", Line: 15},
		{Name: "latency_p99", Value: "250ms", Line: 16},
		{Name: "availability", Value: 99.95, Line: 17},
		{Name: "consistency", Value: "eventual", Line: 18},
		{Name: "rpo", Value: "5m", Line: 19},
		{Name: "rto", Value: "1h", Line: 20},
		{Name: "regions", Value: []string{"eu-west-1"}, Line: 21},
		{Name: "compliance", Value: []string{"gdpr", "pci"}, Line: 22},
		{Name: "engineers", Value: 14, Line: 23},
		{Name: "monthly_budget_usd", Value: 0},
	},
	Services: []requirements.Service{
		{Name: "sales", Line: 27, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/sales", Publishes: []string{"ticket-sold"}, Stores: []string{"sales"}},
		{Name: "programme", Line: 34, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/programme", Stores: []string{"programme"}},
		{Name: "delivery", Line: 40, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Consumes: []string{"ticket-sold"}},
	},
	Stores: []requirements.Store{
		{Name: "sales", Model: "relational", Line: 44},
		{Name: "programme", Model: "document", Line: 45},
	},
	Events: []requirements.Event{
		{Name: "ticket-sold", Line: 29},
	},
	Environments: []requirements.Environment{
		{
			Name: "dev", Preset: "sandbox", Line: 47,
		},
		{
			Name: "prod", Preset: "production", Line: 50,
		},
	},
	Decisions: []requirements.Decision{
		{Name: "zones", Option: map[string]string{"dev": "two", "prod": "three"}},
		{Name: "egress", Option: map[string]string{"dev": "single", "prod": "per-zone"}},
		{Name: "recovery", Option: map[string]string{"dev": "backup-restore", "prod": "backup-restore"}},
		{Name: "encryption", Option: map[string]string{"dev": "one-key", "prod": "key-per-store"}},
		{Name: "logs", Option: map[string]string{"dev": "one-week", "prod": "one-year"}},
		{Name: "database", Option: map[string]string{"dev": "rds", "prod": "rds"}},
		{Name: "engine", Option: map[string]string{"dev": "postgres", "prod": "postgres"}},
		{Name: "standby", Option: map[string]string{"dev": "none", "prod": "multi-az"}},
		{Name: "replicas", Option: map[string]string{"dev": "none", "prod": "none"}},
		{Name: "cache", Option: map[string]string{"dev": "none", "prod": "none"}},
		{Name: "pooling", Option: map[string]string{"dev": "direct", "prod": "direct"}},
		{Name: "table_billing", Option: map[string]string{"dev": "on-demand", "prod": "on-demand"}},
		{Name: "compute", Option: map[string]string{"dev": "containers", "prod": "containers"}},
		{Name: "entrance", Option: map[string]string{"dev": "load-balancer", "prod": "load-balancer"}},
		{Name: "firewall", Option: map[string]string{"dev": "none", "prod": "managed"}},
		{Name: "changes", Option: map[string]string{"dev": "outbox", "prod": "outbox"}},
		{Name: "view", Option: map[string]string{"dev": "table", "prod": "table"}},
		{Name: "staleness", Option: map[string]string{"dev": "bounded", "prod": "bounded"}},
	},
}

// waivers are the controls that are not met, with the reason and the last day that holds.
var waivers = []guardrails.Waiver{}
