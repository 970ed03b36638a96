package derive

import "strings"

// javaCause is the part behind the last "Caused by": causes are printed from the outside in.
func javaCause(stack string) string {
	if i := strings.LastIndex(stack, "\nCaused by:"); i >= 0 {
		return stack[i:]
	}
	return stack
}

// javaLibraries are packages that no application calls its own.
var javaLibraries = []string{"java.", "javax.", "jakarta.", "sun.", "jdk.", "com.sun.", "kotlin.", "kotlinx.", "scala.", "groovy.", "clojure.",
	"org.springframework.", "org.apache.", "org.eclipse.", "org.hibernate.", "org.jboss.", "org.junit.", "org.postgresql.", "org.slf4j.",
	"org.glassfish.", "org.mortbay.", "org.codehaus.", "org.jooq.", "org.mybatis.", "org.quartz.", "org.redisson.", "org.reactivestreams.",
	"io.netty.", "io.grpc.", "io.micrometer.", "io.micronaut.", "io.quarkus.", "io.vertx.", "io.undertow.", "io.opentelemetry.",
	"io.lettuce.", "io.reactivex.", "io.ktor.", "reactor.", "akka.", "play.", "com.fasterxml.", "com.google.", "com.zaxxer.",
	"com.mysql.", "com.mongodb.", "com.microsoft.sqlserver.", "com.amazonaws.", "software.amazon.", "com.netflix.", "ch.qos.", "net.sf.",
	"net.bytebuddy.", "okhttp3.", "okio.", "retrofit2.", "redis.clients.", "oracle.jdbc.", "lombok.", "feign."}

// javaGenerated marks frames that the platform numbers anew in every process.
var javaGenerated = []string{"$$Lambda", "$$FastClass", "GeneratedMethodAccessor", "GeneratedConstructorAccessor", "$Proxy", "LambdaForm$"}

// javaFrame reads "at java.base/pkg.Class.method(File.java:12)".
func javaFrame(line string) (frame, bool) {
	line, ok := strings.CutPrefix(strings.TrimSpace(line), "at ")
	if !ok || containsAny(line, javaGenerated) {
		return frame{}, false
	}
	name, _, ok := strings.Cut(line, "(")
	if !ok {
		return frame{}, false
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return frame{}, false
	}
	class, method := name[:i], name[i+1:]
	if i := strings.Index(class, "$$"); i > 0 { // a class that a framework made of the application's
		class = class[:i]
	}
	class = strings.TrimRight(withoutDigits(class), "$")
	return frame{class, javaMethod(method), hasPrefixAny(class, javaLibraries)}, true
}

// javaMethod takes the name out of lambda$name$0, $anonfun$name$1 and access$000.
func javaMethod(method string) string {
	for _, prefix := range []string{"lambda$", "$anonfun$", "access$"} {
		if inner, ok := strings.CutPrefix(method, prefix); ok {
			method, _, _ = strings.Cut(inner, "$")
			return prefix + withoutDigits(method)
		}
	}
	method, _, _ = strings.Cut(method, "$")
	return method
}
