package main

import (
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/requirements"
)

// required is what system.hcl asks for, each with its line; what has no line was
// assumed. When system.hcl changes, `scaffold new . --force` writes it anew.
var required = requirements.System{
	Name: "magazine",
	Requirements: []requirements.Requirement{
		{Name: "requests_per_second", Value: 120, Line: 11},
		{Name: "peak_factor", Value: 8, Line: 12},
		{Name: "concurrent_users", Value: 15000, Line: 13},
		{Name: "read_ratio", Value: 0.95, Line: 14},
		{Name: "stored", Value: "60 GiB", Line: 15},
		{Name: "growth_per_month", Value: "2 GiB", Line: 16},
		{Name: "latency_p99", Value: "400ms", Line: 17},
		{Name: "availability", Value: 99.95, Line: 18},
		{Name: "consistency", Value: "eventual", Line: 19},
		{Name: "rpo", Value: "5m", Line: 20},
		{Name: "rto", Value: "15m", Line: 21},
		{Name: "regions", Value: []string{"eu-central-1", "eu-west-1"}, Line: 22},
		{Name: "compliance", Value: []string{"gdpr"}, Line: 23},
		{Name: "engineers", Value: 6, Line: 24},
		{Name: "monthly_budget_usd", Value: 0},
	},
	Services: []requirements.Service{
		{Name: "magazine", Line: 27, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/", Publishes: []string{"article-published"}, Consumes: []string{"article-published"}, Stores: []string{"articles", "pictures"}},
	},
	Stores: []requirements.Store{
		{Name: "articles", Model: "relational", Line: 35},
		{Name: "pictures", Model: "object", Line: 36},
	},
	Events: []requirements.Event{
		{Name: "article-published", Line: 30},
	},
	Environments: []requirements.Environment{
		{
			Name: "dev", Preset: "sandbox", Line: 38,
			Sizes: map[string]float64{"busy_tasks": 1, "peak_tasks": 5},
		},
		{
			Name: "prod", Preset: "production", Line: 41,
			Sizes: map[string]float64{"busy_tasks": 1, "peak_tasks": 5},
		},
	},
	Decisions: []requirements.Decision{
		{Name: "zones", Option: map[string]string{"dev": "two", "prod": "three"}},
		{Name: "egress", Option: map[string]string{"dev": "single", "prod": "per-zone"}},
		{Name: "recovery", Option: map[string]string{"dev": "backup-restore", "prod": "warm-standby"}},
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
		{Name: "cdn", Option: map[string]string{"dev": "none", "prod": "cdn"}},
		{Name: "sessions", Option: map[string]string{"dev": "table", "prod": "cache"}},
		{Name: "background", Option: map[string]string{"dev": "queue", "prod": "queue"}},
	},
}

// waivers are the controls that are not met, with the reason and the last day that holds.
var waivers = []guardrails.Waiver{}
