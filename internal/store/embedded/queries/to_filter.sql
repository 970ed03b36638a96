-- Lists as one text, parted by NUL: that is read several times faster. The number of keys tells whether it can be cut.
-- Of nothing but NULLs no text is made.
SELECT start_time, search_text, len(attributes.keys), coalesce(array_to_string(attributes.keys, chr(0)), ''),
    coalesce(array_to_string(attributes.vals, chr(0)), ''), attributes.types, coalesce(array_to_string([{{.Terms}}], chr(0)), '')
FROM {{.Segment}}.operations
WHERE start_time >= ? AND start_time < ?
ORDER BY start_time;
