// Package security holds components that keep data from the wrong eyes.
package security
