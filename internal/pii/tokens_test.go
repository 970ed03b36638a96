package pii

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What an engine writes for a value is among the tokens of the value, also while and after the key is changed.
func TestTokensFindWhatWasStored(t *testing.T) {
	old := Hash{Key: []byte("0123456789abcdef0123456789abcdef"), Version: 1, Domain: "shop"}
	both := Hash{Key: []byte("fedcba9876543210fedcba9876543210"), Version: 2, Previous: old.Key, PreviousVersion: 1, Domain: "shop"}
	now := both
	now.Previous = nil
	for _, h := range []Hash{old, both, now} {
		for _, action := range []Action{ActionHash, ActionPreserve} {
			cfg := DefaultConfig()
			cfg.Hash, cfg.Rules = h, map[string]RuleConfig{"email": {Action: action}}
			e, err := New(cfg)
			require.NoError(t, err)
			stored, _ := e.Text("ada@shop.example")
			require.NotContains(t, stored, "ada")
			if action == ActionHash || h.Version == 2 {
				assert.Contains(t, both.Tokens("ada@shop.example"), stored)
			}
		}
	}
	assert.Empty(t, Hash{}.Tokens("ada@shop.example"))
}
