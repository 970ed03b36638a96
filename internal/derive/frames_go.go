package derive

import "strings"

// goFrame reads the line of a function: "example.com/shop/cart.(*Cart).Add(0xc0001, 0x2)". The file's line below it
// is not read: the import path says what is the application's.
func goFrame(line string) (frame, bool) {
	if line == "" || line[0] == '\t' || line[0] == ' ' || strings.HasPrefix(line, "created by ") || strings.HasPrefix(line, "goroutine ") {
		return frame{}, false
	}
	slash := strings.LastIndexByte(withoutArguments(line), '/')
	dot := strings.IndexByte(line[slash+1:], '.')
	if dot <= 0 {
		return frame{}, false
	}
	path, function := line[:slash+1+dot], withoutArguments(line[slash+2+dot:])
	if function == "" || strings.ContainsAny(path, " :") || strings.ContainsAny(function, " ") {
		return frame{}, false
	}
	function, _, _ = strings.Cut(function, "[")
	if i := strings.Index(function, ".func"); i >= 0 { // a closure
		function = function[:i] + ".func"
	}
	return frame{path, strings.ReplaceAll(function, "%2e", "."), isGoLibrary(path)}, true
}

// withoutArguments cuts the arguments off, but not the receiver: "(*Cart).Add(0x1)" is "(*Cart).Add".
func withoutArguments(s string) string {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '(')
		if i < 0 {
			return s
		}
		i += from
		if !strings.HasPrefix(s[i:], "(*") || i > 0 && s[i-1] != '.' && i != 0 {
			return s[:i]
		}
		from = i + 1
	}
}

// goStandard are the first elements of the import paths of the standard library.
var goStandard = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(`archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar
		flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv
		strings sync syscall testing text time unicode unsafe panic`) {
		m[name] = true
	}
	return m
}()

// goLibraries are modules that many applications use.
var goLibraries = []string{"google.golang.org/", "golang.org/x/", "go.opentelemetry.io/", "go.uber.org/", "gorm.io/", "github.com/gin-gonic/",
	"github.com/labstack/", "github.com/gorilla/", "github.com/go-chi/", "github.com/gofiber/", "github.com/valyala/", "github.com/jackc/",
	"github.com/lib/pq", "github.com/go-sql-driver/", "github.com/redis/", "github.com/go-redis/", "github.com/jmoiron/", "github.com/pkg/errors",
	"github.com/sirupsen/", "github.com/rs/zerolog", "github.com/grpc-ecosystem/", "github.com/XSAM/", "github.com/nats-io/", "github.com/segmentio/",
	"github.com/IBM/sarama", "github.com/aws/", "cloud.google.com/", "k8s.io/", "github.com/stretchr/", "modernc.org/", "entgo.io/"}

func isGoLibrary(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return goStandard[first] || hasPrefixAny(path, goLibraries) || strings.Contains(path, "/vendor/")
}
