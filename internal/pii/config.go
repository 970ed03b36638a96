package pii

// Mode says whether findings change the data.
type Mode string

// The modes.
const (
	ModeEnforce Mode = "enforce" // findings are hidden
	ModeReport  Mode = "report"  // nothing changes, findings are counted
	// ModeAllowlist hides findings and lets only allowed keys pass.
	ModeAllowlist Mode = "allowlist"
)

// Profile is a named choice of rules.
type Profile string

// The profiles.
const (
	ProfileDefault Profile = "default" // secrets and personal data
	// ProfileStrict also hides ids of users and private addresses, and takes what
	// passes a checksum without a word nearby.
	ProfileStrict      Profile = "strict"
	ProfileSecretsOnly Profile = "secrets_only" // secrets alone
)

// Literals says which literals of SQL statements are hidden.
type Literals string

// The choices for SQL literals.
const (
	LiteralsPII Literals = "pii" // those that hold, or belong to a column of, personal data or secrets
	LiteralsAll Literals = "all" // every literal becomes ?
)

// MinHashKey is the shortest accepted key for tokens, in bytes.
const MinHashKey = 32

// Config is what an Engine is compiled from. The names in its errors are the
// YAML keys of the pii_redaction processor.
type Config struct {
	Mode         Mode
	Profile      Profile
	Keys         Keys
	KeyRules     []KeyRule
	Patterns     []Pattern
	Dictionaries []Dictionary
	Rules        map[string]RuleConfig
	Hash         Hash
	Literals     Literals
	Limits       Limits
	// KeepType writes 0 in place of a number that is hidden, so that it stays one.
	KeepType bool
}

// Keys are the user's own words on keys. An entry such as `badge number`
// matches any key that ends in these words in any spelling: badgeNumber,
// employee.badge_number, badge-number. One with a wildcard or a root is a path:
// user.*.email, request.body.items[*].name, $.customer.**.
type Keys struct {
	Sensitive []string
	Safe      []string
	// Allowed keys are the only ones that pass in ModeAllowlist.
	Allowed []string
}

// KeyRule is a rule of the user's own for some keys, with its own name and action.
type KeyRule struct {
	Name   string
	Keys   []string
	Action Action
	// Replacement stands in place of [REDACTED:name].
	Replacement string
}

// Pattern is a user's regular expression. Every match is hidden.
type Pattern struct {
	Name   string
	Regex  string
	Action Action
	// Replacement stands in place of [REDACTED:name].
	Replacement string
	// Validator proves a match: a check such as luhn. Empty takes every match.
	Validator string
	// Near holds words of which one must stand close to a match.
	Near []string
}

// Dictionary is a list of words and phrases. Each is hidden where it stands whole.
type Dictionary struct {
	Name   string
	Words  []string
	Action Action
	// Replacement stands in place of [REDACTED:name].
	Replacement string
	// CaseSensitive words match only as they are written.
	CaseSensitive bool
}

// RuleConfig changes one rule.
type RuleConfig struct {
	Enabled *bool
	Action  Action
	// Replacement stands in place of the rule's label; with it the action is replace.
	Replacement string
}

// Hash configures the tokens of the hash action, and what the preserve action makes.
type Hash struct {
	Key     []byte
	Version int
	// Previous is the key before this one. While it is set tokens carry both
	// digests, so that data of before and after a rotation can be joined.
	Previous        []byte
	PreviousVersion int
	// Domain separates the tokens of tenants that share a key.
	Domain string
}

// Limits bound the work on one value and one record.
type Limits struct {
	// MaxValueBytes is how much of one value is read; the rest is replaced.
	MaxValueBytes int
	// MaxRecordBytes is how much of one record is read; later values are replaced.
	MaxRecordBytes int
	// MaxDepth is how many encodings inside each other are followed.
	MaxDepth int
}

// DefaultConfig is what works without any configuration.
func DefaultConfig() Config {
	return Config{
		Mode:     ModeEnforce,
		Profile:  ProfileDefault,
		Literals: LiteralsPII,
		Hash:     Hash{Version: 1},
		Limits:   Limits{MaxValueBytes: 64 << 10, MaxRecordBytes: 4 << 20, MaxDepth: 4},
	}
}
