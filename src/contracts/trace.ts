import { z } from 'zod';

/** What crossed a device's wire at one moment, and what it says in the words of its protocol. */
export const TraceEntrySchema = z.object({
  /** Counts from 0 for the life of the session; holes: entries that had to give way. */
  seq: z.number().int().nonnegative(),
  /** Host monotonic time, ms. */
  atMs: z.number(),
  direction: z.enum(['in', 'out']),
  /** It went beside the bytes: a feature report, a control request. Absent: the bytes themselves. */
  pipe: z.literal('control').optional(),
  hex: z.string(),
  text: z.array(z.string()),
});
export type TraceEntry = z.infer<typeof TraceEntrySchema>;
