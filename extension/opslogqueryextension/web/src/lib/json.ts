// JSON as it was sent: an integer that a number cannot hold becomes a BigInt instead of another number.

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

const exact: Reviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !context?.source) return value;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
};

/** Parses JSON. The slow, exact way is taken only where the text holds long digits. */
export function parseJSON(text: string): unknown {
  if (!/[:[,]\s*-?\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, exact as Parameters<typeof JSON.parse>[1]);
}

/** A body that is a JSON object or list, or undefined where it is something else. */
export function parseBody(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseJSON(text) as object;
  } catch {
    return undefined;
  }
}

/** One value as text: strings as they are, the rest as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  return toJSON(value);
}

const rawJSON = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;

/** JSON text; a BigInt is written as the number it stands for, or quoted where the browser cannot do that. */
export function toJSON(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, (_key, v: unknown) => {
    if (typeof v !== 'bigint') return v;
    return rawJSON ? rawJSON(v.toString()) : v.toString();
  }, indent) as string | undefined;
  return text ?? '';
}
