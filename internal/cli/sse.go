package cli

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// event is a server-sent event.
type event struct{ id, name, data string }

// errLongEvent is told of an event that does not end.
var errLongEvent = errors.New("an event has more than 16 MiB")

// events reads server-sent events as the HTML standard has them until the stream ends; comments are left out.
func events(r io.Reader, handle func(event) error) error {
	const most = 16 << 20
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), most)
	var e event
	var data []string
	size := 0
	for lines.Scan() {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if line == "" {
			if e.data = strings.Join(data, "\n"); len(data) > 0 || e.name != "" {
				if err := handle(e); err != nil {
					return err
				}
			}
			e, data, size = event{id: e.id}, nil, 0
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			if size += len(value); size > most {
				return errLongEvent
			}
			data = append(data, value)
		}
	}
	return lines.Err()
}
