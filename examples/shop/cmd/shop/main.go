// Command shop is the opslog sample application. Without a command it starts the whole shop with traffic; every
// Go service, the traffic and the recorder are commands of the same binary.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/opslog/opslog/examples/shop/internal/child"
	"github.com/opslog/opslog/examples/shop/internal/orders"
	"github.com/opslog/opslog/examples/shop/internal/payments"
	"github.com/opslog/opslog/examples/shop/internal/planted"
	"github.com/opslog/opslog/examples/shop/internal/record"
	"github.com/opslog/opslog/examples/shop/internal/supervise"
	"github.com/opslog/opslog/examples/shop/internal/telemetry"
	"github.com/opslog/opslog/examples/shop/internal/traffic"
	"github.com/opslog/opslog/examples/shop/internal/worker"
)

// commands by name; the rest of the arguments are their flags.
var commands = map[string]func(args []string) error{
	"run": run, "record": recordTelemetry, "planted": listPlanted,
	"orders": runOrders, "payments": runPayments, "worker": runWorker, "traffic": runTraffic,
}

func main() {
	name, args := "run", os.Args[1:]
	if len(args) > 0 && commands[args[0]] != nil {
		name, args = args[0], args[1:]
	}
	if err := commands[name](args); err != nil {
		fmt.Fprintf(os.Stderr, "shop %s: %v\n", name, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("shop", flag.ExitOnError)
	cfg := superviseFlags(flags)
	flags.DurationVar(&cfg.Duration, "duration", 0, "how long to send traffic; 0 goes on until stopped")
	flags.Float64Var(&cfg.Rate, "rate", 6, "scenarios a second")
	flags.DurationVar(&cfg.Nightly, "nightly", 30*time.Second, "how often the nightly job runs")
	_ = flags.Parse(args)
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown command %q, want none or one of run, record, planted, orders, payments, worker, traffic", flags.Arg(0))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return supervise.Run(ctx, *cfg)
}

func superviseFlags(flags *flag.FlagSet) *supervise.Config {
	cfg := &supervise.Config{Out: os.Stdout, Rounds: 1}
	endpoint := os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
	if endpoint == "" {
		endpoint = "http://localhost:4318"
	}
	flags.StringVar(&cfg.Endpoint, "endpoint", endpoint, "OTLP/HTTP endpoint")
	flags.StringVar(&cfg.Storefront, "storefront", "storefront", "folder of the Node service")
	flags.StringVar(&cfg.Listen, "listen", "", "address of the storefront; empty takes a free loopback port")
	flags.Uint64Var(&cfg.Seed, "seed", 1, "seed of the mix of scenarios")
	return cfg
}

func recordTelemetry(args []string) error {
	flags := flag.NewFlagSet("shop record", flag.ExitOnError)
	cfg := record.Config{Shop: superviseFlags(flags)}
	cfg.Shop.Rounds = len(planted.Customers) // every customer plays every scenario
	flags.StringVar(&cfg.Collector, "collector", "../../bin/opslog", "collector binary with the otlp receiver and the file exporter")
	flags.StringVar(&cfg.Out, "out", "../../test/e2e/testdata", "folder for the recording")
	flags.DurationVar(&cfg.Shop.Duration, "duration", 80*time.Second, "how long to record")
	flags.Float64Var(&cfg.Shop.Rate, "rate", 4, "scenarios a second")
	flags.DurationVar(&cfg.Shop.Nightly, "nightly", 10*time.Second, "how often the nightly job runs")
	_ = flags.Parse(args)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return record.Run(ctx, cfg)
}

func listPlanted([]string) error {
	for _, value := range planted.Values() {
		fmt.Println(value)
	}
	return nil
}

func runOrders(args []string) error {
	cfg := orders.Config{Database: "orders.db"}
	flags := flag.NewFlagSet("shop orders", flag.ExitOnError)
	flags.StringVar(&cfg.HTTP, "http", "localhost:8081", "address to listen on")
	flags.StringVar(&cfg.Payments, "payments", "", "address of the payments service")
	flags.StringVar(&cfg.Redis, "redis", "", "address of Redis")
	flags.StringVar(&cfg.NATS, "nats", "", "URL of NATS")
	_ = flags.Parse(args)
	return service("orders", "1.8.0", func(ctx context.Context) error { return orders.Run(ctx, cfg, child.Serve) })
}

func runPayments(args []string) error {
	var cfg payments.Config
	flags := flag.NewFlagSet("shop payments", flag.ExitOnError)
	flags.StringVar(&cfg.HTTP, "http", "localhost:8082", "address of the health endpoint")
	flags.StringVar(&cfg.GRPC, "grpc", "localhost:9082", "address to listen on")
	flags.StringVar(&cfg.Redis, "redis", "", "address of Redis")
	flags.StringVar(&cfg.Provider, "provider", "", "URL of the payment provider")
	_ = flags.Parse(args)
	return service("payments", "2.3.1", func(ctx context.Context) error { return payments.Run(ctx, cfg, child.Serve) })
}

func runWorker(args []string) error {
	cfg := worker.Config{Database: "warehouse.db", Invoices: "invoices"}
	flags := flag.NewFlagSet("shop worker", flag.ExitOnError)
	flags.StringVar(&cfg.HTTP, "http", "localhost:8083", "address of the health endpoint")
	flags.StringVar(&cfg.Orders, "orders", "", "URL of the orders service")
	flags.StringVar(&cfg.NATS, "nats", "", "URL of NATS")
	flags.StringVar(&cfg.Carrier, "carrier", "", "URL of the parcel carrier")
	flags.DurationVar(&cfg.Nightly, "nightly", 30*time.Second, "how often the nightly job runs")
	_ = flags.Parse(args)
	return service("worker", "1.2.0", func(ctx context.Context) error { return worker.Run(ctx, cfg, child.Serve) })
}

func runTraffic(args []string) error {
	var cfg traffic.Config
	flags := flag.NewFlagSet("shop traffic", flag.ExitOnError)
	flags.StringVar(&cfg.Target, "target", "http://localhost:8080", "URL of the storefront")
	flags.Float64Var(&cfg.Rate, "rate", 6, "scenarios a second")
	flags.DurationVar(&cfg.Duration, "duration", 0, "how long; 0 goes on until stopped")
	flags.Uint64Var(&cfg.Seed, "seed", 1, "seed of the mix of scenarios")
	flags.IntVar(&cfg.Rounds, "rounds", 1, "how often to play every scenario in order before drawing from them")
	_ = flags.Parse(args)
	ctx, cancel := child.Context()
	defer cancel()
	return traffic.Run(ctx, cfg)
}

// service runs one of the instrumented services until the supervisor stops it.
func service(name, version string, body func(context.Context) error) error {
	ctx, cancel := child.Context()
	defer cancel()
	stop, err := telemetry.Start(ctx, name, version)
	if err != nil {
		return err
	}
	defer child.Flush(stop)
	return body(ctx)
}
