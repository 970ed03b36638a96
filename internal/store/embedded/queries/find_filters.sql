SELECT slot, first, last, part, bits
FROM {{.Segment}}.filters
WHERE slot BETWEEN ? AND ? AND part IN ({{.Parts}});
