import type { Payload } from '../../outbox/types.ts';

/** A multipart/related body (RFC 2387) of one DICOM file, never held as a whole. */
export type RelatedBody = {
  readonly contentType: string;
  readonly bytes: number;
  readonly open: () => AsyncIterable<Uint8Array>;
};

export function relatedBody(payload: Payload): RelatedBody {
  // A part cannot contain its own SHA-256: the boundary needs no search.
  const boundary = `chariot-${payload.sha256}`;
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
    bytes: head.length + payload.bytes + tail.length,
    open: async function* () {
      yield head;
      yield* payload.open();
      yield tail;
    },
  };
}

/** @returns the only part of a multipart answer; null when there is none or more than one. */
export function onlyPart(contentType: string, body: Buffer): Buffer | null {
  const boundary = /boundary="?([^";\s]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) {
    return null;
  }
  const mark = Buffer.from(`--${boundary}`);
  const start = body.indexOf(mark);
  const head = start < 0 ? -1 : body.indexOf('\r\n\r\n', start);
  const end = head < 0 ? -1 : body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), head + 2);
  if (end < 0) {
    return null;
  }
  const after = end + 2 + mark.length;
  const isLast = body.toString('latin1', after, after + 2) === '--';
  return isLast ? body.subarray(head + 4, Math.max(end, head + 4)) : null;
}
