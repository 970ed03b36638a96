const count = new Intl.NumberFormat('en');

/** 1,204 */
export function formatCount(n: number): string {
  return count.format(n);
}

/** "1 span", "41 spans" */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** 812 B, 1.2 kB, 3.4 MB (decimal units). */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  for (const [size, unit] of [[1e3, 'kB'], [1e6, 'MB'], [1e9, 'GB']] as const) {
    const value = Number((bytes / size).toFixed(1));
    if (value < 1_000 || unit === 'GB') return `${value} ${unit}`;
  }
  return '';
}

/** 0.4213 -> 42 %; small shares are not rounded away. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  return `${Math.round(percent)} %`;
}
