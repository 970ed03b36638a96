// A service keeps its colour: hashed by name, moved on where two would share one, and remembered.
import { readPreference, writePreference } from './storage';

const COLOURS = 12;
const STEP = 5; // coprime with COLOURS, so that steps visit every colour
const REMEMBERED = 200;

function hash(name: string): number {
  let h = 2166136261; // FNV-1a
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 16777619);
  return h >>> 0;
}

/** Picks a colour for name: one unlike all that are taken, else one that is free, else its own. */
export function pickColour(name: string, taken: ReadonlyMap<string, number>): number {
  const used = new Set(taken.values());
  const own = hash(name) % COLOURS;
  const order = Array.from({ length: COLOURS }, (_, i) => (own + i * STEP) % COLOURS);
  const alone = (i: number) => [i - 1, i, i + 1].every((near) => !used.has((near + COLOURS) % COLOURS));
  return order.find(alone) ?? order.find((i) => !used.has(i)) ?? own;
}

function recall(): Map<string, number> {
  const known = new Map<string, number>();
  for (const line of (readPreference('services') ?? '').split('\n')) {
    const at = line.indexOf(' ');
    const index = Number(line.slice(0, at));
    if (at > 0 && Number.isInteger(index) && index >= 0 && index < COLOURS) known.set(line.slice(at + 1), index);
  }
  return known;
}

const known = recall();

/** The index of a service's colour token, 0 to 11. */
export function serviceColour(name: string): number {
  const before = known.get(name);
  if (before !== undefined) return before;
  const index = pickColour(name, known);
  known.set(name, index);
  if (known.size <= REMEMBERED && !name.includes('\n')) {
    writePreference('services', [...known].map(([key, value]) => `${value} ${key}`).join('\n'));
  }
  return index;
}

export function serviceVar(name: string): string {
  return `var(--svc-${serviceColour(name)})`;
}
