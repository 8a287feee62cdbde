package main

import (
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/requirements"
)

// required is what system.hcl asks for, each with its line; what has no line was
// assumed. When system.hcl changes, `scaffold new . --force` writes it anew.
var required = requirements.System{
	Name: "shop",
	Requirements: []requirements.Requirement{
		{Name: "requests_per_second", Value: 200, Line: 10},
		{Name: "peak_factor", Value: 5, Line: 11},
		{Name: "concurrent_users", Value: 5000, Line: 12},
		{Name: "read_ratio", Value: 0.85, Line: 13},
		{Name: "stored", Value: "120 GiB", Line: 14},
		{Name: "growth_per_month", Value: "10 GiB", Line: 15},
		{Name: "latency_p99", Value: "300ms", Line: 16},
		{Name: "availability", Value: 99.95, Line: 17},
		{Name: "consistency", Value: "strong", Line: 18},
		{Name: "rpo", Value: "5m", Line: 19},
		{Name: "rto", Value: "1h", Line: 20},
		{Name: "regions", Value: []string{"eu-central-1"}, Line: 21},
		{Name: "compliance", Value: []string{"gdpr"}, Line: 22},
		{Name: "engineers", Value: 12, Line: 23},
		{Name: "monthly_budget_usd", Value: 0},
	},
	Services: []requirements.Service{
		{Name: "orders", Line: 27, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/orders", Publishes: []string{"order-placed", "order-cancelled"}, Consumes: []string{"payment-settled"}, Stores: []string{"orders"}},
		{Name: "billing", Line: 36, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/billing", Publishes: []string{"payment-settled"}, Consumes: []string{"order-placed", "order-cancelled"}, Stores: []string{"billing"}},
		{Name: "notifications", Line: 44, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Consumes: []string{"order-placed", "order-cancelled", "payment-settled"}},
	},
	Stores: []requirements.Store{
		{Name: "orders", Model: "relational", Line: 48},
		{Name: "billing", Model: "relational", Line: 49},
	},
	Events: []requirements.Event{
		{Name: "order-placed", Line: 51},
		{Name: "order-cancelled", Line: 52},
		{Name: "payment-settled", Line: 53},
	},
	Environments: []requirements.Environment{
		{
			Name: "dev", Preset: "sandbox", Line: 55,
			Sizes: map[string]float64{"busy_tasks": 1, "peak_tasks": 2},
		},
		{
			Name: "prod", Preset: "production", Line: 59,
			Requirements: []requirements.Requirement{
				{Name: "requests_per_second", Value: 800, Line: 62},
			},
			Sizes: map[string]float64{"busy_tasks": 2, "peak_tasks": 8},
		},
	},
	Decisions: []requirements.Decision{
		{Name: "zones", Option: map[string]string{"dev": "two", "prod": "three"}},
		{Name: "egress", Option: map[string]string{"dev": "single", "prod": "per-zone"}},
		{Name: "recovery", Option: map[string]string{"dev": "backup-restore", "prod": "backup-restore"}},
		{Name: "encryption", Option: map[string]string{"dev": "one-key", "prod": "one-key"}},
		{Name: "logs", Option: map[string]string{"dev": "one-week", "prod": "three-months"}},
		{Name: "database", Option: map[string]string{"dev": "rds", "prod": "rds"}},
		{Name: "engine", Option: map[string]string{"dev": "postgres", "prod": "postgres"}},
		{Name: "standby", Option: map[string]string{"dev": "none", "prod": "multi-az"}},
		{Name: "replicas", Option: map[string]string{"dev": "none", "prod": "none"}},
		{Name: "cache", Option: map[string]string{"dev": "none", "prod": "none"}},
		{Name: "pooling", Option: map[string]string{"dev": "direct", "prod": "direct"}},
		{Name: "compute", Option: map[string]string{"dev": "containers", "prod": "containers"}},
		{Name: "entrance", Option: map[string]string{"dev": "load-balancer", "prod": "load-balancer"}},
		{Name: "firewall", Option: map[string]string{"dev": "none", "prod": "managed"}},
		{Name: "bus", Option: map[string]string{"dev": "topic", "prod": "topic"}},
		{Name: "delivery", Option: map[string]string{"dev": "unordered", "prod": "unordered"}},
		{Name: "idempotency", Option: map[string]string{"dev": "table", "prod": "table"}},
	},
}

// waivers are the controls that are not met, with the reason and the last day that holds.
var waivers = []guardrails.Waiver{}
