import { expect, test } from 'vitest';
import { eventParser } from './sse';

test('events come whole, however the text is cut', () => {
  const text = ':hb\n\nevent: op\nid: a1\ndata: {"x":1}\n\nevent: stats\r\ndata: {\r\ndata: }\r\n\r\n';
  for (let size = 1; size <= text.length; size++) {
    const parse = eventParser();
    const events = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => parse(text.slice(i * size, (i + 1) * size))).flat();
    expect(events).toEqual([{ event: 'op', id: 'a1', data: '{"x":1}' }, { event: 'stats', id: '', data: '{\n}' }]);
  }
});
