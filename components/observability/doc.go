// Package observability holds components that tell people how a system does.
package observability
