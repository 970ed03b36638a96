// Fails when the committed bundle is over its budget (gzip, in kB).
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const kB = (bytes) => Math.round(bytes / 100) / 10;
const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

const html = readFileSync(new URL('index.html', dist), 'utf8');
const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((m) => m[1]);
const all = readdirSync(new URL('assets/', dist)).sort().map((name) => `assets/${name}`);
const sum = (files, ext) => files.filter((f) => f.endsWith(ext)).reduce((n, f) => n + size(f), 0);

const rows = [
  ['first page, JavaScript', kB(sum(first, '.js')), 190],
  ['first page, CSS', kB(sum(first, '.css')), 15],
  ['all assets', kB(sum(all, '')), 500],
];
for (const file of all) console.log(`${String(kB(size(file))).padStart(7)} kB  ${file}`);
for (const [name, value, limit] of rows) console.log(`${String(value).padStart(7)} kB  ${name} (limit ${limit} kB)`);
process.exit(rows.some(([, value, limit]) => value > limit) ? 1 : 0);
