import { Badge } from '../../components/Badge';
import { type ErrorState, STATE_MEANING } from '../../lib/errors';

const TONES = { new: 'accent', regressed: 'warn', escalating: 'warn', expected: 'plain', ongoing: 'plain', resolved: 'plain', ignored: 'plain' } as const;

export function StateBadge({ state }: { state: ErrorState }) {
  return <Badge tone={TONES[state]} title={STATE_MEANING[state]}>{state}</Badge>;
}
