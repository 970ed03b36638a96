// Package paymentspb is the gRPC contract of the payments service, generated from payments.proto.
package paymentspb

//go:generate protoc --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative payments.proto
