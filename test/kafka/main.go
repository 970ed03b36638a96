// Command kafka is a Kafka broker for tests: kfake speaks the real protocol, groups and transactions included, and keeps
// what it gets in memory or, with --path, in files. It prints its address when it listens, reads lines "TOPIC TEXT" from
// standard input and produces each as a message, and ends when standard input does, so that it dies with its test.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	var port int
	var path, topics string
	flag.IntVar(&port, "port", 0, "port on 127.0.0.1 (default: a free one)")
	flag.StringVar(&path, "path", "", "folder for the messages (default: in memory)")
	flag.StringVar(&topics, "topics", "otlp_spans,otlp_logs", "topics to make, with four partitions each")
	flag.Parse()
	if err := run(port, path, strings.Split(topics, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "kafka:", err)
		os.Exit(1)
	}
}

func run(port int, path string, topics []string) error {
	options := []kfake.Opt{kfake.NumBrokers(1), kfake.Ports(port), kfake.SeedTopics(4, topics...)}
	if path != "" {
		options = append(options, kfake.DataDir(path), kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		return fmt.Errorf("start the broker: %w", err)
	}
	defer cluster.Close()
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...))
	if err != nil {
		return fmt.Errorf("connect to the broker: %w", err)
	}
	defer client.Close()
	fmt.Println(cluster.ListenAddrs()[0])
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		topic, text, _ := strings.Cut(lines.Text(), " ")
		if err := client.ProduceSync(context.Background(), &kgo.Record{Topic: topic, Value: []byte(text)}).FirstErr(); err != nil {
			return fmt.Errorf("produce to %s: %w", topic, err)
		}
	}
	return lines.Err()
}
