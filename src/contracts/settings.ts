import { z } from 'zod';
import { SiteSchema } from './clinical.ts';

export const LocaleSchema = z.enum(['fr', 'en']);
export type Locale = z.infer<typeof LocaleSchema>;

export const SettingsSchema = z.object({
  locale: LocaleSchema.default('fr'),
  /** CSS pixels per millimetre of this screen, from the screen calibration; null: never measured. */
  pixelsPerMm: z.number().min(1).max(40).nullable().default(null),
  /** What a technician calls a device, by `deviceId`: how two of a kind are told apart. */
  deviceNames: z.record(z.string(), z.string().min(1).max(40)).default({}),
  exam: z
    .object({
      /** Key that takes a picture, as KeyboardEvent.code names it: many otoscopes type one. */
      captureKey: z.string().min(1).max(40).default('F8'),
    })
    .default({ captureKey: 'F8' }),
  site: SiteSchema.default(() => SiteSchema.parse({})),
  outbox: z
    .object({
      /** Bytes a second that may leave while a consultation is live; null: no cap. */
      liveCapBytesPerSecond: z.number().int().positive().nullable().default(64_000),
      /** Days that what was confirmed stays on the cart. */
      retentionDays: z.number().int().min(0).max(3650).default(30),
    })
    .default({ liveCapBytesPerSecond: 64_000, retentionDays: 30 }),
  ecg: z
    .object({
      sweepMmPerSecond: z.union([z.literal(25), z.literal(50)]).default(25),
      gainMmPerMv: z.union([z.literal(5), z.literal(10), z.literal(20)]).default(10),
    })
    .default({ sweepMmPerSecond: 25, gainMmPerMv: 10 }),
});
export type Settings = z.infer<typeof SettingsSchema>;
