import { writeSync } from 'node:fs';
import { z } from 'zod';

const HashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** Each life that goes on with a recording is an epoch of its own. */
const OfRecording = {
  recordingId: z.string(),
  epoch: z.number().int().nonnegative(),
  blocks: z.number().int().nonnegative(),
};

/** What a child says through its pipe once it is true: a line of JSON each. */
export const ReportSchema = z.discriminatedUnion('is', [
  /** It begins to open what it finds. */
  z.object({ is: z.literal('starting') }),
  /** It is open, and works from now on. */
  z.object({ is: z.literal('ready') }),
  /** Promised: these will reach the destination. */
  z.object({ is: z.literal('enqueued'), ids: z.array(z.string()) }),
  /** The destination has it. Said by the destination's side, before the queue hears of it. */
  z.object({ is: z.literal('delivered'), id: z.string() }),
  /** Promised: it will not be sent again. */
  z.object({ is: z.literal('done'), id: z.string() }),
  z.object({ is: z.literal('captured'), id: z.string(), sha256: HashSchema }),
  /** The first so many blocks of this life of a recording were measured, and handed to the recorder. */
  z.object({ is: z.literal('emitted'), ...OfRecording }),
  /** Promised: they are on the disk. */
  z.object({ is: z.literal('recorded'), ...OfRecording }),
  z.object({ is: z.literal('rotated') }),
  /** Something went wrong that should not: told, and the round has failed. */
  z.object({ is: z.literal('trouble'), what: z.string() }),
]);
export type Report = z.infer<typeof ReportSchema>;
export type Tell = (report: Report) => void;

/** In one call that returns when the pipe has it: a kill after that takes nothing back. */
export const tellParent: Tell = (report) => {
  writeSync(1, `${JSON.stringify(report)}\n`);
};

/** The last line may be cut in the middle: it was never said. */
export function parseReports(text: string): Report[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => ReportSchema.parse(JSON.parse(line)));
}
