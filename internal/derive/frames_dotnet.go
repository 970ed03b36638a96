package derive

import "strings"

// dotnetCause is the innermost exception: its frames come first, up to the end of the inner stack.
func dotnetCause(stack string) string {
	if i := strings.Index(stack, "--- End of inner exception stack trace ---"); i >= 0 {
		return stack[:i]
	}
	return stack
}

var dotnetLibraries = []string{"System.", "Microsoft.", "Npgsql.", "MySql.", "MySqlConnector.", "Newtonsoft.", "StackExchange.", "Grpc.", "Dapper.",
	"MediatR.", "Polly.", "Serilog.", "AutoMapper.", "Castle.", "MassTransit.", "RabbitMQ.", "Confluent.", "MongoDB.", "Amazon.", "Azure.",
	"Google.", "Hangfire.", "Quartz.", "FluentValidation.", "NHibernate.", "IdentityServer4.", "Swashbuckle.", "OpenTelemetry.", "lambda_method"}

// dotnetFrame reads "at Space.Class.Method(Int32 id) in /src/File.cs:line 12".
func dotnetFrame(line string) (frame, bool) {
	line, ok := strings.CutPrefix(strings.TrimSpace(line), "at ")
	if !ok {
		return frame{}, false
	}
	name, _, ok := strings.Cut(line, "(")
	if !ok || name == "" {
		return frame{}, false
	}
	name = strings.ReplaceAll(withoutDigits(name), "`", "")
	name, _, _ = strings.Cut(name, "[")
	name = compiledName(name)
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return frame{"", name, hasPrefixAny(name, dotnetLibraries)}, true
	}
	return frame{name[:i], name[i+1:], hasPrefixAny(name, dotnetLibraries)}, true
}

// compiledName gives the method that the compiler made a state machine or a closure of: "Class.<GetAsync>d__.MoveNext"
// and "Class.<>c__DisplayClass_.<Run>b__" are Class.GetAsync and Class.Run.
func compiledName(name string) string {
	end := strings.LastIndexByte(name, '>')
	if end < 0 {
		return name
	}
	start := strings.LastIndexByte(name[:end], '<')
	if start < 0 {
		return name
	}
	method := name[start+1 : end]
	class, _, _ := strings.Cut(name[:start], "<")
	class = strings.TrimRight(class, ".+")
	if method == "" {
		return class + ".lambda"
	}
	return class + "." + method
}
