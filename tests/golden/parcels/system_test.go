package main

import (
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/requirements"
)

// required is what system.hcl asks for, each with its line; what has no line was
// assumed. When system.hcl changes, `scaffold new . --force` writes it anew.
var required = requirements.System{
	Name: "parcels",
	Requirements: []requirements.Requirement{
		{Name: "requests_per_second", Value: 5, Line: 10},
		{Name: "peak_factor", Value: 20, Line: 11},
		{Name: "concurrent_users", Value: 300, Line: 12},
		{Name: "read_ratio", Value: 0.6, Line: 13},
		{Name: "stored", Value: "10 GiB", Line: 14},
		{Name: "growth_per_month", Value: "1 GiB", Line: 15},
		{Name: "latency_p99", Value: "1s", Line: 16},
		{Name: "availability", Value: 99.9, Line: 17},
		{Name: "consistency", Value: "eventual", Line: 18},
		{Name: "rpo", Value: "5m", Line: 19},
		{Name: "rto", Value: "4h", Line: 20},
		{Name: "regions", Value: []string{"eu-north-1"}, Line: 21},
		{Name: "compliance", Value: []string{"gdpr"}, Line: 22},
		{Name: "engineers", Value: 4, Line: 23},
		{Name: "monthly_budget_usd", Value: 0},
	},
	Services: []requirements.Service{
		{Name: "bookings", Line: 27, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/bookings", Publishes: []string{"parcel-booked"}, Stores: []string{"bookings"}},
		{Name: "lockers", Line: 34, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/lockers", Consumes: []string{"parcel-delivered"}, Stores: []string{"lockers"}},
		{Name: "payments", Line: 40, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Stores: []string{"payments"}},
		{Name: "couriers", Line: 44, Image: "public.ecr.aws/nginx/nginx-unprivileged:stable", Path: "/couriers", Publishes: []string{"parcel-delivered"}, Consumes: []string{"parcel-booked"}},
	},
	Stores: []requirements.Store{
		{Name: "bookings", Model: "key-value", Line: 50},
		{Name: "lockers", Model: "key-value", Line: 51},
		{Name: "payments", Model: "key-value", Line: 52},
	},
	Events: []requirements.Event{
		{Name: "parcel-booked", Line: 29},
		{Name: "parcel-delivered", Line: 36},
	},
	Environments: []requirements.Environment{
		{
			Name: "dev", Preset: "sandbox", Line: 54,
		},
		{
			Name: "prod", Preset: "production", Line: 57,
		},
	},
	Decisions: []requirements.Decision{
		{Name: "recovery", Option: map[string]string{"dev": "backup-restore", "prod": "backup-restore"}},
		{Name: "encryption", Option: map[string]string{"dev": "one-key", "prod": "one-key"}},
		{Name: "logs", Option: map[string]string{"dev": "one-week", "prod": "three-months"}},
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
