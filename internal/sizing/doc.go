// Package sizing is the arithmetic behind the sizes that blueprints choose, and the
// facts of AWS that it takes: instance classes, prices, quotas, service level
// agreements and where regions are.
//
// The facts are the tables in data, each row with the day it was read and its source;
// none is known without. The formulas are the plain ones of the field, so that a
// reader can check every result with a pocket calculator.
//
// To bring the tables up to date, correct the collections they are made of, and run
//
//	go run ./internal/sizing/refresh -from FOLDER
package sizing
