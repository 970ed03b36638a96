package worker

import "testing"

func TestSummarise(t *testing.T) {
	for query, want := range map[string]string{
		"INSERT INTO invoices (order_id) VALUES (?)":   "INSERT invoices",
		"UPDATE inventory SET stock = 1 WHERE sku = ?": "UPDATE inventory",
		"SELECT stock FROM inventory":                  "SELECT inventory",
		"PRAGMA user_version":                          "",
		"":                                             "",
		"INSERT INTO inventory(sku) VALUES (?)":        "INSERT inventory",
	} {
		if got := summarise(query); got != want {
			t.Errorf("summarise(%q) = %q, want %q", query, got, want)
		}
	}
}
