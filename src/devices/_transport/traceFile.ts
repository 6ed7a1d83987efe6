import { z } from 'zod';

/**
 * A line of a trace: what crossed the wire at one moment, one packet a line (a HID report without
 * its id, a USB transfer, what a serial line gave at once). `pipe`: `control` is what went beside
 * the bytes (feature reports, control requests); absent: the bytes themselves.
 */
const LineSchema = z
  .object({
    dir: z.enum(['in', 'out']).optional(),
    /** As a technician's trace names it. */
    direction: z.enum(['in', 'out']).optional(),
    hex: z.string().regex(/^([0-9a-f]{2}\s*)*$/i),
    atMs: z.number(),
    pipe: z.enum(['data', 'control']).default('data'),
  })
  .transform((line, context) => {
    const direction = line.dir ?? line.direction;
    if (direction === undefined) {
      context.addIssue({ code: 'custom', message: 'dir is missing' });
      return z.NEVER;
    }
    const bytes = Uint8Array.from(Buffer.from(line.hex.replaceAll(/\s/g, ''), 'hex'));
    return { direction, bytes, atMs: line.atMs, pipe: line.pipe };
  });

export type TraceLine = z.infer<typeof LineSchema>;

/** null: this is no trace, or one that is damaged anywhere; then it may be a capture of raw bytes. */
export function parseTrace(file: Buffer): readonly TraceLine[] | null {
  if (file[0] !== '{'.charCodeAt(0)) {
    return null;
  }
  const lines: TraceLine[] = [];
  for (const text of file.toString('utf8').split('\n')) {
    if (text.trim() === '') {
      continue;
    }
    const line = LineSchema.safeParse(parseJson(text));
    if (!line.success) {
      return null;
    }
    lines.push(line.data);
  }
  return lines;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
