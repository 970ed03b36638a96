package pii

import (
	"flag"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The held-out corpus is drawn anew from each seed: templates of log lines,
// manifests, dumps, commands and documents as others write them, filled with
// specimens that are made by the issuers' rules.
var (
	corpusSeed  = flag.Uint64("corpus.seed", 1, "first seed of the held-out corpus")
	corpusSeeds = flag.Int("corpus.seeds", 1, "how many seeds to try")
)

// fillers draw what a template names: {card} must not survive, {=uuid} must, {~user} may.
var fillers = func() map[string]func(maker) string {
	f := map[string]func(maker) string{
		"card": maker.card, "card_any": maker.oddCard, "card_spaced": maker.cardSpaced, "iban": maker.iban, "email": maker.email, "phone": maker.phone,
		"ipv4": maker.ipv4, "ipv6": maker.ipv6, "ssn": maker.ssn, "jwt": maker.jwt, "pw": maker.password,
		"phrase": maker.phrase, "pwplain": maker.plainPassword,
		"iban_spaced": func(m maker) string { return m.group(m.iban(), " ", 4) },
		"iban_lower":  func(m maker) string { return strings.ToLower(m.iban()) },
		"pem":         func(m maker) string { return m.pem("\n", 5) },
		"pem_n":       func(m maker) string { return m.pem(`\n`, 5) },
		"pem_yaml":    func(m maker) string { return m.pem("\n    ", 5) },
		"pem_one":     func(m maker) string { return m.pem(" ", 3) },
		"hex32":       func(m maker) string { return m.from(hexLower, 32) },
		"token":       func(m maker) string { return m.from(alnumCase, 24+m.r.IntN(20)) },
		"token_url":   func(m maker) string { return m.from(alnumCase, 2) + m.from(base64URL, 30) + m.from(alnumCase, 2) },
		"b64user":     func(m maker) string { return encode64(m.pick("admin svc-42 deploy") + ":" + m.plainPassword()) },
		"aws_secret":  func(m maker) string { return m.from(alnumCase+"/+", 40) },
		"pin":         func(m maker) string { return m.from(decimals, 4+m.r.IntN(3)) },
		"cvv":         func(m maker) string { return m.from(decimals, 3) },
		"pin6":        func(m maker) string { return m.from(decimals, 6) },
		"dob":         func(m maker) string { y, mo, d := m.date(); return dateText(y, mo, d) },
		"person": func(m maker) string {
			return m.pick("Anna Jürgen Søren Łucja María Oluwaseun Haruto Niamh") + " " + m.pick("Schmidt ONeill Kowalska Nakamura García Van-der-Berg Åkesson")
		},
		"street": func(m maker) string {
			return m.pick("Hauptstraße Nevskaya Rue-Daguerre Elm-Street") + " " + m.shape("99") + m.pick("a b ,")
		},
		"user": func(m maker) string { return m.pick("app root svc_orders postgres admin jdoe") },
		"home": func(m maker) string { return m.pick("jdoe anna.schmidt mkowalski s.akesson tnguyen") },
		"mac":  func(m maker) string { return m.shape("'3c:22:fb:'hh:hh':4'h") },
		// What has to stay.
		"uuid":    func(m maker) string { return m.shape("hhhhhhhh-hhhh-'4'hhh-'a'hhh-hhhhhhhhhhhh") },
		"trace":   func(m maker) string { return m.from(hexLower, 32) },
		"span":    func(m maker) string { return m.from(hexLower, 16) },
		"sha":     func(m maker) string { return m.from(hexLower, 40) },
		"digest":  func(m maker) string { return m.from(hexLower, 64) },
		"short":   func(m maker) string { return m.from(hexLower, 7) },
		"n":       func(m maker) string { return m.digits(1 + m.r.IntN(6)) },
		"big":     func(m maker) string { return m.digits(9 + m.r.IntN(3)) },
		"port":    func(m maker) string { return m.pick("80 443 5432 8080 9092 27017 50051") },
		"host":    func(m maker) string { return m.pick("db db-0.internal cache.svc.cluster.local shop.example queue-1") },
		"private": func(m maker) string { return m.pick("10.0 10.42 172.16 192.168 127.0") + m.shape("'.'9'.'9") },
		"ms":      func(m maker) string { return "17" + m.from(decimals, 11) },
		"us":      func(m maker) string { return "17" + m.from(decimals, 14) },
		"ns":      func(m maker) string { return "17" + m.from(decimals, 17) },
		"sec":     func(m maker) string { return "17" + m.from(decimals, 8) },
		"float":   func(m maker) string { return m.shape("9.") + m.from(decimals, 3+m.r.IntN(13)) + "1" },
		"version": func(m maker) string { return m.shape(m.pick("9.9.9 9.99.9 99.9.9-rc.9 9.9.99")) },
		"order": func(m maker) string {
			return m.shape(m.pick("'ORD-'9999999 'SO'99999999 'INV-2024-'99999 'R'999999999 'T-'9999"))
		},
		"pod": func(m maker) string {
			return m.pick("checkout payments-api user-svc") + "-" + m.from("bcdf456789", 10) + "-" + m.from("bcdfghjklmnpqrstvwxz2456789", 5)
		},
		"ulid":  func(m maker) string { return "01" + m.from("ABCDEFGHJKMNPQRSTVWXYZ0123456789", 24) },
		"objid": func(m maker) string { return m.from(hexLower, 24) },
		"word":  func(m maker) string { return m.pick("order payment cart invoice shipment refund") },
	}
	for name, draw := range specimenIDs {
		f[name] = draw
	}
	return f
}()

func dateText(y, mo, d int) string {
	p := func(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }
	year := p(y/100) + p(y)
	return []string{year + "-" + p(mo) + "-" + p(d), p(d) + "." + p(mo) + "." + year, p(mo) + "/" + p(d) + "/" + year}[(y+d)%3]
}

// heldOut is a filled template: its secrets must vanish, its fixed parts must stay.
type heldOut struct {
	category, text string
	secrets, fixed []string
}

var slot = regexp.MustCompile(`\{([=~]?)([a-z_0-9]+)\}|«([^»]*)»|‹([^›]*)›`)

func (m maker) fill(category, template string) heldOut {
	out := heldOut{category: category}
	var text, part strings.Builder
	endPart := func() {
		out.fixed = append(out.fixed, part.String())
		part.Reset()
	}
	at := 0
	for _, loc := range slot.FindAllStringSubmatchIndex(template, -1) {
		part.WriteString(template[at:loc[0]])
		text.WriteString(template[at:loc[0]])
		at = loc[1]
		var value, sign string
		switch {
		case loc[6] >= 0:
			value = template[loc[6]:loc[7]]
		case loc[8] >= 0:
			value, sign = template[loc[8]:loc[9]], "~"
		default:
			sign = template[loc[2]:loc[3]]
			draw, ok := fillers[template[loc[4]:loc[5]]]
			if !ok {
				// A brace of the text itself, as in {id}.
				part.WriteString(template[loc[0]:loc[1]])
				text.WriteString(template[loc[0]:loc[1]])
				continue
			}
			value = draw(m)
		}
		text.WriteString(value)
		switch sign {
		case "=":
			part.WriteString(value)
			continue
		case "":
			out.secrets = append(out.secrets, value)
		}
		endPart()
	}
	part.WriteString(template[at:])
	text.WriteString(template[at:])
	endPart()
	out.text = text.String()
	return out
}

// leaks tells whether a secret is still there; of a long one the lines count each.
func (h heldOut) leaks(out string) bool {
	for _, secret := range h.secrets {
		for line := range strings.SplitSeq(strings.ReplaceAll(secret, `\n`, "\n"), "\n") {
			if line = strings.TrimSpace(line); line != "" && strings.Contains(out, line) {
				return true
			}
		}
	}
	return false
}

// kept tells whether all fixed parts are still there, in order.
func (h heldOut) kept(out string) bool {
	last := len(h.fixed) - 1
	if !strings.HasSuffix(out, h.fixed[last]) || !strings.HasPrefix(out, h.fixed[0]) {
		return false
	}
	out = strings.TrimSuffix(out, h.fixed[last])
	for _, part := range h.fixed[:last] {
		at := strings.Index(out, part)
		if at < 0 {
			return false
		}
		out = out[at+len(part):]
	}
	return true
}

// inJSON is the case as a string of a JSON document.
func (h heldOut) inJSON() heldOut {
	j := heldOut{category: h.category, text: `{"seq":7,"line":` + quoteJSON(h.text) + `,"ok":true}`}
	inner := func(s string) string { q := quoteJSON(s); return q[1 : len(q)-1] }
	for _, s := range h.secrets {
		j.secrets = append(j.secrets, inner(s))
	}
	for _, s := range h.fixed {
		j.fixed = append(j.fixed, inner(s))
	}
	j.fixed[0] = `{"seq":7,"line":"` + j.fixed[0]
	j.fixed[len(j.fixed)-1] += `","ok":true}`
	return j
}

func (m maker) heldOut(t testing.TB, file string, times int) []heldOut {
	b, err := os.ReadFile("testdata/heldout/" + file)
	require.NoError(t, err)
	var out []heldOut
	for line := range strings.Lines(string(b)) {
		category, template, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok {
			continue
		}
		template = strings.ReplaceAll(plain(template), "→", "\t")
		for range times {
			h := m.fill(category, template)
			out = append(out, h, h.inJSON())
		}
	}
	return out
}

// TestHeldOut prints leaks, damage and lost structure of the held-out corpus.
func TestHeldOut(t *testing.T) {
	e := newTestEngine(t, nil)
	leaks, structure, damage := map[string]*score{}, map[string]*score{}, map[string]*score{}
	for seed := range *corpusSeeds {
		m := maker{rand.New(rand.NewPCG(*corpusSeed+uint64(seed), 4))}
		for _, h := range slices.Concat(m.heldOut(t, "text.txt", 2), m.heldOut(t, "structured.txt", 2), m.heldOut(t, "fresh.txt", 2), m.heldOut(t, "fresh2.txt", 2), m.heldOut(t, "fresh3.txt", 2), m.heldOut(t, "fresh4.txt", 2), m.heldOut(t, "fresh5.txt", 2), m.heldOut(t, "fresh6.txt", 2), m.heldOut(t, "fresh7.txt", 2), m.heldOut(t, "fresh8.txt", 2), m.heldOut(t, "fresh9.txt", 2), m.heldOut(t, "fresh10.txt", 2), m.vendorCases(t)) {
			require.NotEmpty(t, h.secrets, h.text)
			out, _ := e.Text(h.text)
			tally(t, leaks, h.category, "leak", h.leaks(out), h.text, out)
			tally(t, structure, h.category, "structure", !h.kept(out), h.text, out)
		}
		for _, h := range slices.Concat(m.heldOut(t, "negatives.txt", 2), m.heldOut(t, "negatives2.txt", 2), m.heldOut(t, "negatives3.txt", 2), m.heldOut(t, "negatives5.txt", 2), m.heldOut(t, "negatives6.txt", 2), m.heldOut(t, "negatives8.txt", 2), m.heldOut(t, "negatives9.txt", 2), m.heldOut(t, "negatives10.txt", 2)) {
			out, _ := e.Text(h.text)
			tally(t, damage, h.category, "damage", out != h.text, h.text, out)
		}
	}
	leaked, positives := report(t, "leaks", leaks)
	lost, _ := report(t, "lost structure", structure)
	damaged, negatives := report(t, "damage", damage)
	require.LessOrEqual(t, float64(leaked), 0.02*float64(positives), "leaks")
	require.LessOrEqual(t, float64(lost), 0.05*float64(positives), "structure")
	require.LessOrEqual(t, float64(damaged), 0.01*float64(negatives), "damage")
	for _, category := range []string{"card", "jwt", "private_key", "vendor", "password_json", "password_form", "password_url", "password_sql"} {
		require.NotNil(t, leaks[category], category)
		require.Zero(t, leaks[category].wrong, "leaks of %s", category)
	}
}

// vendorCases puts the token of every vendor in every place.
func (m maker) vendorCases(t testing.TB) []heldOut {
	shapes, err := os.ReadFile("testdata/heldout/vendors.txt")
	require.NoError(t, err)
	var out []heldOut
	for line := range strings.Lines(plain(string(shapes))) {
		_, shape, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok {
			continue
		}
		fillers["token_vendor"] = func(m maker) string { return m.shape(shape) }
		out = append(out, m.heldOut(t, "vendorplaces.txt", 1)...)
	}
	return out
}
