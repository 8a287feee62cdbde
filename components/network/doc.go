// Package network holds the components that connect a system: the network it
// lives in, its DNS zone, and the load balancer that lets the world in.
package network
