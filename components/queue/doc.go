// Package queue holds components that carry messages from those who send them
// to those who act on them.
package queue
