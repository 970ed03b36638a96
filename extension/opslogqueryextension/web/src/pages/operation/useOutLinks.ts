import { useStatus } from '../../hooks/useStatus';
import type { Operation, Span } from '../../api/types';
import { type OutLink, linksFor, operationValues, spanValues } from '../../lib/outLinks';

/** Ways from the operation to other tools, as configured. */
export function useOperationLinks(op: Operation): OutLink[] {
  const templates = useStatus().status?.link_templates;
  return linksFor(templates, 'operation', op.service_name, operationValues(op));
}

export function useSpanLinks(op: Operation, span: Span | undefined): OutLink[] {
  const templates = useStatus().status?.link_templates;
  return span ? linksFor(templates, 'span', span.service_name, spanValues(op, span)) : [];
}

/** Where the source of a frame of the operation's stack is; undefined where nothing is configured. */
export function useFrameLinks(op: Operation): ((place: { file: string; line: string }) => OutLink[]) | undefined {
  const templates = useStatus().status?.link_templates;
  if (!templates?.some((t) => t.on === 'frame')) return undefined;
  const values = operationValues(op);
  return ({ file, line }) => linksFor(templates, 'frame', op.error_service ?? op.service_name, (name) => (name === 'file' ? file : name === 'line' ? line : values(name)));
}
