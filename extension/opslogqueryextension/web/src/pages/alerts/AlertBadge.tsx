import { Badge } from '../../components/Badge';

const TONES: Record<string, 'plain' | 'warn' | 'error'> = { firing: 'error', pending: 'warn' };

export function AlertBadge({ state }: { state: string }) {
  return <Badge tone={TONES[state] ?? 'plain'}>{state}</Badge>;
}
