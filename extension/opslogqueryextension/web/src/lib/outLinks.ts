// Ways to other tools: templates of the server's configuration, filled with what is looked at.
import type { Operation, Span, Status } from '../api/types';
import { valueText } from './json';
import { linkTarget } from './text';

export type LinkTemplate = NonNullable<Status['link_templates']>[number];

export interface OutLink {
  name: string;
  href: string;
}

/** What a placeholder stands for; undefined where there is nothing. */
export type Values = (name: string) => string | undefined;

const MARGIN_MS = 5 * 60_000;

const FIELDS: Record<string, keyof Operation> = {
  trace_id: 'trace_id', span_id: 'span_id', operation_id: 'operation_id', service: 'service_name', version: 'service_version', environment: 'environment', host: 'host_name',
  instance: 'service_instance_id', user: 'user_id', tenant: 'tenant_id', request_id: 'request_id', name: 'name', route: 'route', error_fingerprint: 'error_fingerprint',
};

const attribute = (attributes: Record<string, unknown> | undefined, key: string) => {
  const value = attributes?.[key];
  return value === undefined || value === null ? undefined : valueText(value);
};

function timeOf(name: string, start: string, duration: number): string | undefined {
  const ms = Number(BigInt(start) / 1_000_000n);
  if (name === 'from') return String(ms - MARGIN_MS);
  return name === 'to' ? String(ms + Math.ceil(duration / 1e6) + MARGIN_MS) : undefined;
}

export function operationValues(op: Operation): Values {
  return (name) => {
    if (name.startsWith('attr.')) return attribute(op.attributes, name.slice(5));
    if (name.startsWith('resource.')) return attribute(op.resource, name.slice(9));
    const field = FIELDS[name];
    const value = field === undefined ? undefined : op[field];
    return value === undefined || value === '' ? timeOf(name, op.start_time, op.duration) : valueText(value);
  };
}

/** Of a span; what it does not say is the operation's where both are of one service. */
export function spanValues(op: Operation, span: Span): Values {
  const rest = operationValues(span.service_name === op.service_name ? op : { ...op, service_version: undefined, host_name: undefined, service_instance_id: undefined, resource: undefined, attributes: undefined });
  const own: Record<string, string | undefined> = { span_id: span.span_id, service: span.service_name, name: span.name };
  return (name) => {
    if (name.startsWith('attr.')) return attribute(span.attributes, name.slice(5));
    if (name.startsWith('resource.')) return attribute(span.resource, name.slice(9)) ?? rest(name);
    return own[name] ?? timeOf(name, span.start_time, span.duration) ?? rest(name);
  };
}

/** The template with its values, or null where one is missing. A file keeps its slashes. */
export function fill(template: string, values: Values): string | null {
  const named = [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] as string);
  if (named.some((name) => !values(name))) return null;
  const url = template.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const text = encodeURIComponent(values(name) ?? '');
    return name === 'file' ? text.replaceAll('%2F', '/') : text;
  });
  return linkTarget(url);
}

export function linksFor(templates: readonly LinkTemplate[] | undefined, on: LinkTemplate['on'], service: string | undefined, values: Values): OutLink[] {
  return (templates ?? []).flatMap((template) => {
    if (template.on !== on || (template.services?.length && !template.services.includes(service ?? ''))) return [];
    const href = fill(template.url, values);
    return href === null ? [] : [{ name: template.name, href }];
  });
}
