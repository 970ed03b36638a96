package derive

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// fingerprintVersion names the algorithm; a change of it must change the name, or every known error is new.
const fingerprintVersion = "fp1:"

// fingerprint is the identity of an error and, below it, of its message. In this order the first that is known
// decides: what the application says, the type with the frames of the code it was thrown in, the type with
// operation and message, the call with its message.
func (d *Deriver) fingerprint(op *operation.Operation, s *Span, f failure) (fp, variant string) {
	message := d.normal(f.message)
	variant = hash16(message)
	parts := []string{s.Resource.ServiceName}
	frames := framesOf(f.stack)
	switch {
	case f.fingerprint != "":
		parts = append(parts, "given", f.fingerprint)
	case len(frames) > 0:
		parts = append(append(parts, "frames", f.kind, f.code), frames...)
	case f.thrown:
		parts = append(parts, "type", f.kind, f.code, op.Name, message)
	case s.call != nil:
		parts = append(parts, "call", s.call.category, s.call.system, d.normal(s.call.target), s.call.action, s.call.object, f.kind, f.code, message)
	default:
		parts = append(parts, "span", op.Name, s.Name, f.kind, f.code, message)
	}
	return fingerprintVersion + hash16(parts...), variant
}

// hash16 is 16 hex digits that are the same everywhere and forever.
func hash16(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}
