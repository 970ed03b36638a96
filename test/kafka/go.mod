// A module of its own, so that what the broker needs does not decide what ships.
module github.com/opslog/opslog/test/kafka

go 1.26.0

require (
	github.com/twmb/franz-go v1.21.0
	github.com/twmb/franz-go/pkg/kfake v0.0.0-20260421215025-4e7a1e1569ac
)

require (
	github.com/klauspost/compress v1.18.5 // indirect
	github.com/pierrec/lz4/v4 v4.1.26 // indirect
	github.com/twmb/franz-go/pkg/kmsg v1.13.1 // indirect
	golang.org/x/crypto v0.50.0 // indirect
)
