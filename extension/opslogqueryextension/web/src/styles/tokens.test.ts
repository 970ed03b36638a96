import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// Conversion of oklch to linear sRGB: https://bottosson.github.io/posts/oklab; contrast: WCAG 2.2, relative luminance.
const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const THEMES = ['light', 'dark'] as const;

function ofOklch(l: number, c: number, hue: number): number[] {
  const [a, b] = [c * Math.cos((hue * Math.PI) / 180), c * Math.sin((hue * Math.PI) / 180)];
  const [x, y, z] = [(l + 0.3963377774 * a + 0.2158037573 * b) ** 3, (l - 0.1055613458 * a - 0.0638541728 * b) ** 3, (l - 0.0894841775 * a - 1.291485548 * b) ** 3] as const;
  return [4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z, -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z, -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z];
}

const ofHex = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));

function luminance(colour: string): number {
  const polar = /^oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)$/.exec(colour);
  if (!polar && !/^#[0-9a-f]{6}$/.test(colour)) throw new Error(`not a colour: ${colour}`);
  const linear = polar ? ofOklch(Number(polar[1]) / 100, Number(polar[2]), Number(polar[3])) : ofHex(colour);
  const [r = 0, g = 0, b = 0] = linear.map((v) => Math.min(1, Math.max(0, v)));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function token(name: string, theme: (typeof THEMES)[number]): string {
  const value = new RegExp(`--${name}: (.*?);`).exec(css)?.[1] ?? '';
  return /^light-dark\((.+?), ((?:oklch\(.+?\))|#\w+)\)$/.exec(value)?.[theme === 'light' ? 1 : 2] ?? value;
}

function contrast(one: string, other: string, theme: (typeof THEMES)[number]): number {
  const [a, b] = [luminance(token(one, theme)) + 0.05, luminance(token(other, theme)) + 0.05];
  return Math.max(a, b) / Math.min(a, b);
}

const SERVICES = Array.from({ length: 12 }, (_, i) => `svc-${i}`);

test.each(THEMES)('words on the bar of every service can be read in the %s theme', (theme) => {
  for (const service of SERVICES) expect(contrast('on-bar', service, theme), service).toBeGreaterThanOrEqual(4.5);
});

test.each(THEMES)('every service stands out from what is behind it in the %s theme', (theme) => {
  for (const service of SERVICES) for (const behind of ['bg', 'surface', 'hover', 'selected']) expect(contrast(service, behind, theme), `${service} on ${behind}`).toBeGreaterThanOrEqual(3);
});

test.each(THEMES)('text can be read in the %s theme', (theme) => {
  for (const text of ['text', 'text-2', 'text-3', 'accent', 'error', 'warn', 'log']) {
    for (const behind of ['bg', 'surface', 'hover']) expect(contrast(text, behind, theme), `${text} on ${behind}`).toBeGreaterThanOrEqual(4.5);
  }
});
