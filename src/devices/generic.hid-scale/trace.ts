import type { TraceReader } from '../_sdk/adapter.ts';
import { parseReport } from './protocol.ts';

/** One line a report: what the scale shows, and what it says of it. */
export const readScaleTrace: TraceReader = (direction, bytes) => {
  if (direction === 'out') {
    return [];
  }
  const report = parseReport(bytes);
  return report === null
    ? ['no scale data report']
    : [`${report.status} ${report.shown} ${report.unit ?? 'of an unknown unit'}`];
};
