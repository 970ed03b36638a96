import { useState } from 'react';
import { type Widths, parseWidths, withWidth } from '../lib/widths';

export interface WidthControl {
  widths: Widths;
  /** Shows a width while it is dragged; null is what was before. */
  move: (id: string, width: number | null) => void;
  /** Keeps a width; null is the usual one. */
  keep: (id: string, width: number | null) => void;
}

/** Widths that are kept as a text elsewhere, and ahead of it while one is dragged. */
export function useWidths(kept: string, onChange: (text: string) => void): WidthControl {
  const [draft, setDraft] = useState({ kept, text: kept });
  if (draft.kept !== kept) setDraft({ kept, text: kept });
  return {
    widths: parseWidths(draft.text),
    move: (id, width) => setDraft({ kept, text: width === null ? kept : withWidth(kept, id, width) }),
    keep: (id, width) => {
      const text = withWidth(draft.text, id, width);
      setDraft({ kept, text });
      onChange(text);
    },
  };
}
