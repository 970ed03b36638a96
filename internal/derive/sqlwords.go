package derive

import "strings"

// wordClass is what a word means to the parser.
type wordClass uint8

const (
	plainWord wordClass = iota
	keyword
	readVerb
	writeVerb
	ddlVerb
	controlVerb
	skippedWord  // stands between a verb and what it works on
	sequenceWord // a function that draws a number: a SELECT of it is no plain read
)

var sqlWords = func() map[string]wordClass {
	m := map[string]wordClass{}
	add := func(class wordClass, words string) {
		for word := range strings.FieldsSeq(words) {
			m[word] = class
		}
	}
	add(keyword, `FROM WHERE INTO VALUES SET TABLE AS ON AND OR NOT IN IS NULL LIKE ILIKE BETWEEN EXISTS JOIN LEFT RIGHT INNER OUTER
		FULL CROSS USING GROUP BY ORDER HAVING LIMIT OFFSET UNION ALL DISTINCT RETURNING ONLY FOR CONFLICT DUPLICATE KEY DO IF CASE WHEN
		THEN ELSE END ASC DESC SHARE NOWAIT SKIP LOCKED IGNORE OVERWRITE LATERAL TRUE FALSE INTERVAL CAST TOP FETCH NEXT ROWS`)
	add(readVerb, `SELECT WITH SHOW DESCRIBE DESC EXPLAIN PRAGMA TABLE`)
	add(writeVerb, `INSERT UPDATE DELETE MERGE REPLACE UPSERT TRUNCATE CALL EXEC EXECUTE COPY LOAD REFRESH NOTIFY IMPORT`)
	add(ddlVerb, `CREATE ALTER DROP RENAME GRANT REVOKE COMMENT REINDEX`)
	add(controlVerb, `BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE SET USE LOCK UNLOCK DECLARE CLOSE DEALLOCATE PREPARE DISCARD
		VACUUM ANALYZE LISTEN UNLISTEN RESET CHECKPOINT OPTIMIZE ABORT END KILL FLUSH`)
	add(skippedWord, `LOW_PRIORITY DELAYED HIGH_PRIORITY QUICK TEMPORARY TEMP UNLOGGED GLOBAL LOCAL UNIQUE INDEX VIEW MATERIALIZED
		SEQUENCE SCHEMA DATABASE FUNCTION PROCEDURE TRIGGER TYPE EXTENSION USER ROLE COLUMN CONCURRENTLY DATA INFILE CASCADE WORK
		TRANSACTION PARTITION`)
	add(sequenceWord, `NEXTVAL SETVAL LO_CREATE LO_IMPORT LO_UNLINK DBLINK_EXEC PG_NOTIFY`)
	return m
}()

func lookupWord(word string) wordClass {
	if len(word) > 13 {
		return plainWord
	}
	var upper [13]byte
	for i := range len(word) {
		c := word[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		upper[i] = c
	}
	return sqlWords[string(upper[:len(word)])]
}
