// Package storage holds components that keep files and other objects.
package storage
