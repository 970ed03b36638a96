// The names of the contract in internal/api/openapi.yaml.
import type { components } from './schema';

type Schemas = components['schemas'];

/** An operation; in a list that asked for fields by name, with their values. */
export type Operation = Schemas['Operation'] & { columns?: Record<string, unknown> };
export type OperationPage = Omit<Schemas['OperationPage'], 'items'> & { items: Operation[] };
export type Span = Schemas['Span'];
export type SpanList = Schemas['SpanList'];
export type SpanPage = Schemas['SpanPage'];
export type SpanEvent = Schemas['Event'];
export type Link = Schemas['Link'];
export type LogRecord = Schemas['LogRecord'];
export type LogList = Schemas['LogList'];
export type Service = Schemas['Service'];
export type Status = Schemas['Status'];
export type Step = Schemas['Step'];
export type Effect = Schemas['Effect'];
export type Finding = Schemas['Finding'];
export type Attributes = Schemas['Attributes'];
export type Problem = Schemas['Problem'];
export type ProblemPart = Schemas['ProblemPart'];
export type Histogram = Schemas['Histogram'];
export type Facet = Schemas['Facet'];
export type Facets = Schemas['Facets'];
export type Diagnosis = Schemas['Diagnosis'];
export type Completion = Schemas['Completion'];
export type Rows = Schemas['Rows'];
export type Trace = Schemas['Trace'];
export type SpanDetail = Schemas['SpanDetail'];
export type SpanMatches = Schemas['SpanMatches'];
export type Moment = Schemas['Moment'];
export type Before = Schemas['Before'];
export type Cascade = Schemas['Cascade'];
export type Similar = Schemas['Similar'];
export type Pair = Schemas['Pair'];
export type Saved = Schemas['Saved'];
export type Story = Schemas['Story'];
