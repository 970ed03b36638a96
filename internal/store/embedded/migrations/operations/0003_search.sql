-- What words are looked for in, in lower case: reading one column takes a third of the time that folding seven takes.
ALTER TABLE {{.Segment}}.operations ADD COLUMN search_text VARCHAR DEFAULT '';
UPDATE {{.Segment}}.operations
SET search_text = lower(concat_ws(chr(10), name, target, error_type, error_message, status_message, request_body, response_body));
