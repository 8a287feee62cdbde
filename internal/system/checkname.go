package system

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
)

// CheckName says what is wrong with a name for a system that stands in no file yet.
func CheckName(name string) error {
	if diag := checkName("system", name, hcl.Range{}); diag != nil {
		return errors.New(diag.Detail)
	}
	return nil
}
