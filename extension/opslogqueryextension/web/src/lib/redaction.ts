// The labels that redaction leaves in place of what it hid, as the pii_redaction processor writes them.
const LABEL = /\[(?:ACCOUNT|ADDRESS|BIRTH_DATE|CARD|CARD_CODE|COOKIE|CRYPTO_ADDRESS|DEVICE|EMAIL|HEALTH|IBAN|IP|JWT|LOCATION|MAC|NAME|NATIONAL_ID|PASSWORD_HASH|PHONE|PRIVATE_KEY|REDACTED|SECRET|SENSITIVE|SESSION|SSN|USER|USER_ID)(?::[\w.-]{1,60})?\]/g;

export interface Part {
  text: string;
  /** It stands for something that was hidden. */
  label: boolean;
}

/** A text in parts: what was said, and what stands for something hidden. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(LABEL)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), label: false });
    parts.push({ text: match[0], label: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), label: false });
  return parts;
}

/** How many values were hidden in a text. */
export function countHidden(text: string): number {
  return text.match(LABEL)?.length ?? 0;
}

/** A name whose value is not shown before it is asked for, should redaction have let it through. */
export function isSensitiveName(name: string): boolean {
  return /passw|secret|authorization|cookie|credential|api[_-]?key|(^|[._-])token$/i.test(name);
}
