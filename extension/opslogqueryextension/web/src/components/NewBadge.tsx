import { Badge } from './Badge';

/** The error of an operation had not been seen before. */
export function NewBadge() {
  return <Badge tone="warn" title="This error was first seen less than 24 hours before"><span data-testid="new-error">new</span></Badge>;
}
