// Package reload knows whether the configuration that runs is the one that was last asked for.
package reload

import "sync/atomic"

// Refused says that the configuration found at the last SIGHUP was refused, so that the one before goes on. The program
// sets it; an extension tells it.
var Refused atomic.Bool
