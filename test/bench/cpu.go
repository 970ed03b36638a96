package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of /proc: Linux has 100 a second on every architecture that Go knows.
const tick = 10 * time.Millisecond

// cpuTime is the user and system time that a running process has taken.
func cpuTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("read CPU time: %w", err)
	}
	return parseStat(string(stat))
}

// parseStat adds fields 14 and 15 of proc(5). Fields are counted behind the name, which may hold spaces and brackets.
func parseStat(stat string) (time.Duration, error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	var total time.Duration
	for _, at := range []int{11, 12} {
		if at >= len(fields) {
			return 0, fmt.Errorf("read CPU time: /proc stat %q is too short", stat)
		}
		n, err := strconv.ParseInt(fields[at], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read CPU time: %w", err)
		}
		total += time.Duration(n) * tick
	}
	return total, nil
}
