-- Small blocks: every column of a file that is being written to holds at least one of them in memory. Against the
-- usual 256 KiB, 64 KiB halve that memory and cost neither time nor room on disk. Small row groups (the usual size is
-- 122880): a checkpoint writes the last one again and again. 30720 rows write 1.5 times as fast, to half the room.
-- Both count for new files only.
ATTACH {{.Path}} AS {{.Segment}} (BLOCK_SIZE 65536, ROW_GROUP_SIZE 30720);
