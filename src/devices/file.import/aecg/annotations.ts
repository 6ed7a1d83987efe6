import { isoFromCompact, millisecondsBetween } from '../bytes.ts';
import type { ImportedAnnotation } from '../recording.ts';
import { decimal, durationMs } from './sequences.ts';
import { attributeOf, find, findAll, type XmlElement } from './xml.ts';

const BOUNDARY = 'support/supportingROI/component/boundary';

/** Annotations of a series, with those inside them. @param startedAt ISO, null when unknown. */
export function annotationsOf(series: XmlElement, startedAt: string | null): ImportedAnnotation[] {
  return findAll(series, 'subjectOf/annotationSet').flatMap((set) => within(set, startedAt));
}

function within(parent: XmlElement, startedAt: string | null): ImportedAnnotation[] {
  return findAll(parent, 'component/annotation').flatMap((annotation) => [
    readAnnotation(annotation, startedAt),
    ...within(annotation, startedAt),
  ]);
}

function readAnnotation(annotation: XmlElement, startedAt: string | null): ImportedAnnotation {
  const code = find(annotation, 'code');
  const value = find(annotation, 'value');
  const number = decimal(attributeOf(value, 'value'));
  const named = attributeOf(code, 'displayName') || attributeOf(code, 'code');
  const said = attributeOf(value, 'displayName') || attributeOf(value, 'code') || value?.text || '';
  const system = attributeOf(code, 'codeSystemName') || attributeOf(code, 'codeSystem');
  const text = [named, said.trim()].filter((part) => part !== '').join(': ');
  return {
    ...timesOf(annotation, startedAt),
    text,
    code: code === undefined ? null : `${system}:${attributeOf(code, 'code')}`,
    value: Number.isFinite(number) ? number : null,
    unit: Number.isFinite(number) ? attributeOf(value, 'unit') : null,
  };
}

/** The region of interest in time; absolute moments count from the start of the recording. */
function timesOf(
  annotation: XmlElement,
  startedAt: string | null,
): Pick<ImportedAnnotation, 'atMs' | 'durationMs'> {
  const boundary = findAll(annotation, BOUNDARY).find((candidate) =>
    attributeOf(find(candidate, 'code'), 'code').startsWith('TIME_'),
  );
  const isAbsolute = attributeOf(find(boundary, 'code'), 'code') === 'TIME_ABSOLUTE';
  const moment = (path: string): number | null => {
    const edge = find(boundary, path);
    const at = isAbsolute ? isoFromCompact(attributeOf(edge, 'value')) : null;
    const ms = isAbsolute ? millisecondsBetween(startedAt ?? '', at ?? '') : durationMs(edge);
    return Number.isFinite(ms) ? ms : null;
  };
  const low = moment('value/low');
  const high = moment('value/high');
  return { atMs: low, durationMs: low !== null && high !== null ? high - low : null };
}
