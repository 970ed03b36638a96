// Edits of a query's text, for what is clicked instead of typed. The server is the only parser; here a text is only
// taken apart where its top level is a row of conditions.

const BARE = /^[\p{L}_/][\p{L}\p{N}_/.:@{}-]*$/u;
const KEYWORDS = /^(and|or|not|in|is|null|between|exists|contains|startswith|like|any|all|none)$/i;

/** A value as it is written in a query; what could be read as something else is quoted. */
export function quote(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  if (BARE.test(value) && !KEYWORDS.test(value)) return value;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Where a character that is neither in quotes nor in brackets ends a part of the text; -1 where none does. */
function topLevel(text: string, ends: (at: number) => boolean, from = 0): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '"' || c === "'") {
      for (i++; i < text.length && text[i] !== c; i++) if (text[i] === '\\') i++;
    } else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (depth === 0 && ends(i)) return i;
  }
  return -1;
}

/** The condition, and the stages behind it with their bar. */
export function splitStages(query: string): [condition: string, stages: string] {
  const at = topLevel(query, (i) => query[i] === '|');
  return at < 0 ? [query.trim(), ''] : [query.slice(0, at).trim(), query.slice(at).trim()];
}

function splitWord(text: string, word: string): string[] {
  const parts: string[] = [];
  const pattern = new RegExp(`\\s${word}\\s`, 'iy');
  for (let start = 0; ; ) {
    const at = topLevel(text, (i) => ((pattern.lastIndex = i), pattern.test(text)), start);
    if (at < 0) return [...parts, text.slice(start).trim()].filter(Boolean);
    parts.push(text.slice(start, at).trim());
    start = at + word.length + 1;
  }
}

const join = (terms: string[], stages: string) => [terms.join(' AND '), stages].filter(Boolean).join(' ');

function termsOf(condition: string): string[] {
  if (splitWord(condition, 'OR').length > 1) return [`(${condition})`];
  return splitWord(condition, 'AND');
}

/** The conditions that must all hold, each by itself. */
export function conditionsOf(query: string): string[] {
  return termsOf(splitStages(query)[0]);
}

/** The query with one more condition. */
export function addTerm(query: string, term: string): string {
  const [condition, stages] = splitStages(query);
  const terms = termsOf(condition);
  return join(terms.includes(term) ? terms : [...terms, term], stages);
}

/** The query without a condition. */
export function removeTerm(query: string, term: string): string {
  const [condition, stages] = splitStages(query);
  return join(termsOf(condition).filter((one) => one !== term), stages);
}

function unquote(text: string): string {
  const match = /^"(.*)"$|^'(.*)'$/s.exec(text);
  return match ? (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1') : text;
}

/** The values that a term `field = v` or `field IN (v, w)` names, or null where it is another one. */
function valuesOf(term: string, field: string): string[] | null {
  const head = term.slice(0, field.length);
  if (head.toLowerCase() !== field.toLowerCase()) return null;
  const rest = term.slice(field.length);
  const one = /^\s*(?:==?|:)\s*(\S.*)$/s.exec(rest);
  if (one) return /\s/.test(one[1] as string) && !/^["']/.test(one[1] as string) ? null : [unquote(one[1] as string)];
  const many = /^\s+IN\s*\((.*)\)$/is.exec(rest);
  return many ? splitComma(many[1] as string).map(unquote) : null;
}

function splitComma(text: string): string[] {
  const at = topLevel(text, (i) => text[i] === ',');
  return at < 0 ? [text.trim()] : [text.slice(0, at).trim(), ...splitComma(text.slice(at + 1))];
}

/** The values of a field that the query selects. */
export function selectedValues(query: string, field: string): string[] {
  return termsOf(splitStages(query)[0]).flatMap((term) => valuesOf(term, field) ?? []);
}

/** The query with a value of a field selected, or no longer. */
export function toggleValue(query: string, field: string, value: unknown): string {
  const [condition, stages] = splitStages(query);
  const terms = termsOf(condition);
  const at = terms.findIndex((term) => valuesOf(term, field) !== null);
  const before = at < 0 ? [] : (valuesOf(terms[at] as string, field) ?? []);
  const text = String(value);
  const after = before.includes(text) ? before.filter((v) => v !== text) : [...before, text];
  const written = after.map((v) => (typeof value === 'string' ? quote(v) : v));
  const term = written.length === 0 ? [] : [written.length === 1 ? `${field} = ${written[0]}` : `${field} IN (${written.join(', ')})`];
  return join(at < 0 ? [...terms, ...term] : [...terms.slice(0, at), ...term, ...terms.slice(at + 1)], stages);
}

/** The query with all conditions of the form field = value on the field taken away. */
export function clearField(query: string, field: string): string {
  const [condition, stages] = splitStages(query);
  return join(termsOf(condition).filter((term) => valuesOf(term, field) === null), stages);
}
