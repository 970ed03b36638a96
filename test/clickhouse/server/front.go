package main

import (
	"fmt"
	"io"
	"net"
	"strconv"
)

// front listens on the native port and passes connections on to the engine's own port. The engine aborts when a
// connection is reset during its greeting, as it is when a client is killed; behind this it only sees orderly ends.
func front(port, engine int) error {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return fmt.Errorf("listen for the native protocol: %w", err)
	}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go pass(client, engine)
		}
	}()
	return nil
}

func pass(client net.Conn, engine int) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", loopback(engine))
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.(*net.TCPConn).CloseWrite()
	}()
	if _, err := io.Copy(client, server); err != nil {
		_, _ = io.Copy(io.Discard, server) // bytes that nobody reads would reset the connection
	}
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
