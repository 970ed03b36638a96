DELETE FROM {{.Copy}}.identity;
INSERT INTO {{.Copy}}.identity SELECT * FROM meta.identity;
INSERT INTO {{.Copy}}.state SELECT * FROM meta.state;
