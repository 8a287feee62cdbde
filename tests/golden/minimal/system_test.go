package main

import (
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/requirements"
)

// required is what system.hcl asks for, each with its line; what has no line was
// assumed. When system.hcl changes, `scaffold new . --force` writes it anew.
var required = requirements.System{
	Name: "minimal",
	Requirements: []requirements.Requirement{
		{Name: "requests_per_second", Value: 10},
		{Name: "peak_factor", Value: 3},
		{Name: "concurrent_users", Value: 100},
		{Name: "read_ratio", Value: 0.8},
		{Name: "stored", Value: "10 GiB"},
		{Name: "growth_per_month", Value: "1 GiB"},
		{Name: "latency_p99", Value: "500ms"},
		{Name: "availability", Value: 99.9},
		{Name: "consistency", Value: "strong"},
		{Name: "rpo", Value: "5m"},
		{Name: "rto", Value: "4h"},
		{Name: "regions", Value: []string{"us-east-1"}},
		{Name: "compliance", Value: []string{}},
		{Name: "engineers", Value: 5},
		{Name: "monthly_budget_usd", Value: 0},
	},
	Services: []requirements.Service{
		{Name: "minimal", Image: "public.ecr.aws/nginx/nginx-unprivileged:stable"},
	},
	Environments: []requirements.Environment{
		{
			Name: "dev", Preset: "sandbox",
			Sizes: map[string]float64{"busy_tasks": 1, "peak_tasks": 1},
		},
		{
			Name: "prod", Preset: "production",
			Sizes: map[string]float64{"busy_tasks": 1, "peak_tasks": 1},
		},
	},
	Decisions: []requirements.Decision{
		{Name: "zones", Option: map[string]string{"dev": "two", "prod": "three"}},
		{Name: "egress", Option: map[string]string{"dev": "single", "prod": "per-zone"}},
		{Name: "recovery", Option: map[string]string{"dev": "backup-restore", "prod": "backup-restore"}},
		{Name: "encryption", Option: map[string]string{"dev": "one-key", "prod": "one-key"}},
		{Name: "logs", Option: map[string]string{"dev": "one-week", "prod": "three-months"}},
		{Name: "compute", Option: map[string]string{"dev": "containers", "prod": "containers"}},
		{Name: "entrance", Option: map[string]string{"dev": "none", "prod": "none"}},
	},
}

// waivers are the controls that are not met, with the reason and the last day that holds.
var waivers = []guardrails.Waiver{}
