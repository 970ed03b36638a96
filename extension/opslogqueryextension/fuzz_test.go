package opslogqueryextension

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
)

// Whatever stands in an address, it is read or refused in words.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{
		"q=status+%3D+error&from=now-1h&sort=duration:desc&fields=name,attr.x&limit=5&count=exact", "cursor=eyJyIjp7fX0", "from=1&to=0", "%zz", "q=%7C+limit+1",
		"cursor=bnVsbA", "sort=a;b&service=x&status=ok&kind=query",
	} {
		f.Add(seed)
	}
	now := operation.TimeOf(time.Unix(1_700_000_000, 0))
	f.Fuzz(func(t *testing.T, rawQuery string) {
		r := httptest.NewRequest(http.MethodGet, "/operations", http.NoBody)
		r.URL.RawQuery = rawQuery
		p := newParameters(r, now)
		l := p.listing(nil)
		page := p.cursor()
		if err := p.done(); err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		assert.Positive(t, l.size)
		if page != nil {
			assert.GreaterOrEqual(t, len(page.List), 1)
		}
	})
}

// Searches of other tools are read or refused, too.
func FuzzForeignSearch(f *testing.F) {
	for _, seed := range []string{
		"service=shop&tags=%7B%22a%22%3A%22b%22%7D&start=1&end=2&minDuration=1ms&limit=3", "tags=a%3D%22b+c%22+d%3De&q=%7Bname%3D%22x%22%7D",
		"query.serviceName=x&query.startTimeMin=2026-01-01T00%3A00%3A00Z", "tag=error%3Atrue&tag=x",
	} {
		f.Add(seed)
	}
	h := &apiHandler{cfg: createDefaultConfig().(*Config), now: func() time.Time { return time.Unix(1_700_000_000, 0) }}
	f.Fuzz(func(_ *testing.T, rawQuery string) {
		values, err := url.ParseQuery(rawQuery)
		if err != nil {
			return
		}
		_, _ = h.classicSearch(values)
		_, _ = h.searchV3(values)
		_, _ = h.tempoFilter(values)
		_, _ = seconds(values)
	})
}

// No cell of a table is run by a spreadsheet.
func FuzzCellText(f *testing.F) {
	for _, seed := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "", "plain", "＝1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		text := cellText(value)
		assert.False(t, strings.HasPrefix(text, "=") || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") || strings.HasPrefix(text, "@"), text)
		assert.True(t, strings.HasSuffix(text, value), "nothing is lost")
	})
}
