// Package cdn holds components of the edge, where users meet the system.
package cdn
