package main

import (
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/requirements"
)

// required is what system.hcl asks for, each with its line; what has no line was
// assumed. When system.hcl changes, `scaffold new . --force` writes it anew.
var required = requirements.System{
	Name: "clinic",
	Requirements: []requirements.Requirement{
		{Name: "requests_per_second", Value: 60, Line: 11},
		{Name: "peak_factor", Value: 4, Line: 12},
		{Name: "concurrent_users", Value: 2500, Line: 13},
		{Name: "read_ratio", Value: 0.7, Line: 14},
		{Name: "stored", Value: "300 GiB", Line: 15},
		{Name: "growth_per_month", Value: "15 GiB", Line: 16},
		{Name: "latency_p99", Value: "500ms", Line: 17},
		{Name: "availability", Value: 99.9, Line: 18},
		{Name: "consistency", Value: "strong", Line: 19},
		{Name: "rpo", Value: "5m", Line: 20},
		{Name: "rto", Value: "2h", Line: 21},
		{Name: "regions", Value: []string{"us-east-2"}, Line: 22},
		{Name: "compliance", Value: []string{"hipaa"}, Line: 23},
		{Name: "engineers", Value: 18, Line: 24},
		{Name: "monthly_budget_usd", Value: 0},
	},
	Services: []requirements.Service{
		{Name: "appointments", Line: 28, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/appointments", Publishes: []string{"appointment-kept"}, Stores: []string{"appointments"}},
		{Name: "records", Line: 36, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Stores: []string{"records", "images"}},
		{Name: "billing", Line: 41, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/billing", Consumes: []string{"appointment-kept"}, Stores: []string{"billing"}},
	},
	Stores: []requirements.Store{
		{Name: "appointments", Model: "relational", Line: 48},
		{Name: "records", Model: "relational", Line: 49},
		{Name: "images", Model: "object", Line: 50},
		{Name: "billing", Model: "relational", Line: 51},
	},
	Events: []requirements.Event{
		{Name: "appointment-kept", Line: 30},
	},
	Environments: []requirements.Environment{
		{
			Name: "dev", Preset: "sandbox", Line: 53,
			Sizes: map[string]float64{"busy_tasks": 1, "peak_tasks": 1},
		},
		{
			Name: "prod", Preset: "production", Line: 56,
			Sizes: map[string]float64{"busy_tasks": 1, "peak_tasks": 1},
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
		{Name: "compute", Option: map[string]string{"dev": "containers", "prod": "containers"}},
		{Name: "entrance", Option: map[string]string{"dev": "load-balancer", "prod": "load-balancer"}},
		{Name: "firewall", Option: map[string]string{"dev": "none", "prod": "managed"}},
		{Name: "calls", Option: map[string]string{"dev": "direct", "prod": "direct"}},
		{Name: "transport", Option: map[string]string{"dev": "none", "prod": "tls"}},
		{Name: "delivery", Option: map[string]string{"dev": "unordered", "prod": "unordered"}},
	},
}

// waivers are the controls that are not met, with the reason and the last day that holds.
var waivers = []guardrails.Waiver{}
