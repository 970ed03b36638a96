import type { LogRecord } from '../api/types';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type Level = (typeof LEVELS)[number] | 'LOG';

/** The level by OpenTelemetry's severity number: four numbers to each; LOG where it is not set. */
export function severity(log: Pick<LogRecord, 'severity_number'>): Level {
  return LEVELS[Math.floor((log.severity_number - 1) / 4)] ?? 'LOG';
}
