// Package compute holds the components that run code: ServiceCluster and Service
// (ECS on Fargate).
package compute
