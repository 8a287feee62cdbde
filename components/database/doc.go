// Package database holds components that keep structured data.
package database
