SELECT minute FROM {{.Segment}}.terms WHERE term = CAST(md5_number_lower(?) >> 32 AS UINTEGER) LIMIT {{.Limit}};
