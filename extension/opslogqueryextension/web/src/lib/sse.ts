// Server-sent events from a stream that fetch reads: with headers and a way to stop, which EventSource has not.

export interface ServerEvent {
  event: string;
  id: string;
  data: string;
}

/** Takes text as it comes and gives whole events; a part of one waits for its rest. */
export function eventParser(): (chunk: string) => ServerEvent[] {
  let rest = '';
  return (chunk) => {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.map(parseBlock).filter((event) => event !== null);
  };
}

function parseBlock(block: string): ServerEvent | null {
  const event = { event: 'message', id: '', data: '' };
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const match = /^(event|id|data): ?(.*)$/.exec(line);
    if (match?.[1] === 'data') data.push(match[2] ?? '');
    else if (match) event[match[1] as 'event' | 'id'] = match[2] ?? '';
  }
  return data.length > 0 ? { ...event, data: data.join('\n') } : null;
}
