import { expect, test } from 'vitest';
import { placeOf, stackLines, stretchesOf } from './stack';

const own = (stack: string) => stackLines(stack).filter((line) => !line.library).map((line) => line.text.trim());

test('Node', () => {
  expect(own('Error: no\n    at charge (/app/src/pay.js:42:11)\n    at run (/app/node_modules/x/y.js:1:1)\n    at process (node:internal/a:95:5)')).toEqual(
    ['Error: no', 'at charge (/app/src/pay.js:42:11)']);
});

test('Go, where the file is below its function', () => {
  expect(own('goroutine 1 [running]:\nnet/http.(*conn).serve()\n\t/usr/local/go/src/net/http/server.go:2 +0x1\nshop.Pay()\n\t/src/shop/pay.go:7 +0x2\n')).toEqual(
    ['goroutine 1 [running]:', 'shop.Pay()', '/src/shop/pay.go:7 +0x2']);
});

test('Java, Python, .NET', () => {
  expect(own('at java.base/x\nat org.springframework.web.A.b(A.java:1)\n  at com.shop.Pay.go(Pay.java:9)')).toEqual(['at com.shop.Pay.go(Pay.java:9)']);
  expect(own('  File "/usr/lib/python3.11/site-packages/flask/app.py", line 1\n  File "/app/pay.py", line 2')).toEqual(['File "/app/pay.py", line 2']);
  expect(own('   at System.Threading.Task.Run()\n   at Shop.Pay.Go()')).toEqual(['at Shop.Pay.Go()']);
});

test.each([
  ['    at charge (/app/src/pay.js:42:11)', 'app/src/pay.js', '42'], ['\t/src/shop/pay.go:7 +0x2', 'src/shop/pay.go', '7'], ['  File "/app/pay.py", line 2', 'app/pay.py', '2'],
  ['  at com.shop.Pay.go(Pay.java:9)', 'Pay.java', '9'], ['    at file:///app/x.mjs:3:1', 'app/x.mjs', '3'],
])('the place of %s', (text, file, line) => expect(placeOf(text)).toEqual({ file, line }));

test('a message has no place', () => expect(placeOf('Error: timeout after 30:00')).toBeNull());

test('stretches of one kind', () => {
  expect(stretchesOf(stackLines('Error\n at a (node:x)\n at b (node:y)\n at c (/app/c.js:1:1)')).map((s) => [s.library, s.lines.length])).toEqual([[false, 1], [true, 2], [false, 1]]);
});
