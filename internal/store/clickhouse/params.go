package clickhouse

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/opslog/opslog/internal/operation"
)

// params collects the values of a query. Each add method keeps the value for the server, which binds it, and
// answers the SQL expression that stands for it: never the value itself.
type params struct {
	list []proto.Parameter
}

func (p *params) text(value string) string {
	return p.add("String", value)
}

func (p *params) number(value int64) string {
	return p.add("Int64", strconv.FormatInt(value, 10))
}

// float binds the digits that give exactly this number back.
func (p *params) float(value float64) string {
	return p.add("Float64", strconv.FormatFloat(value, 'g', -1, 64))
}

// any binds a value of store.SortValue; nil stands for a value that is not needed.
func (p *params) any(value any) string {
	switch v := value.(type) {
	case int64:
		return p.number(v)
	case float64:
		if math.IsInf(v, 1) {
			return "inf"
		}
		return p.float(v)
	case string:
		return p.text(v)
	default:
		return "NULL"
	}
}

func (p *params) bool(value bool) string {
	return p.add("Bool", strconv.FormatBool(value))
}

func (p *params) time(value operation.Time) string {
	return "fromUnixTimestamp64Nano(" + p.number(int64(value)) + ", 'UTC')"
}

func (p *params) id(value []byte) string {
	return "toFixedString(unhex(" + p.text(hex.EncodeToString(value)) + "), " + strconv.Itoa(len(value)) + ")"
}

func (p *params) add(kind, value string) string {
	name := "p" + strconv.Itoa(len(p.list))
	p.list = append(p.list, proto.Parameter{Key: name, Value: quote(value)})
	return "{" + name + ":" + kind + "}"
}

// The server takes a parameter as a quoted string, and the text in it as a field of a tab-separated file: two
// layers of escapes.
var (
	escapeField = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`)
	escapeQuote = strings.NewReplacer(`\`, `\\`, `'`, `\'`)
)

func quote(value string) string {
	return "'" + escapeQuote.Replace(escapeField.Replace(value)) + "'"
}
