import { z } from 'zod';
import { SiteSchema } from '../../contracts/clinical.ts';

/** What a document says of the place and the program that made it: as it was when the act was closed. */
const Made = { actId: z.uuid(), site: SiteSchema, software: z.string() };

/**
 * What a queued object is made of. It names captures and acts, which never change, so that the same
 * recipe gives the same document whenever it is made.
 */
export const RecipeSchema = z.discriminatedUnion('make', [
  /** A still, a sound or an ECG as the DICOM object of its kind. */
  z.object({ ...Made, make: z.literal('dicom'), captureId: z.uuid() }),
  z.object({ ...Made, make: z.literal('reportDicom') }),
  z.object({ ...Made, make: z.literal('reportBundle') }),
  z.object({ ...Made, make: z.literal('actBundle') }),
  /** The file of a capture as it is. */
  z.object({ ...Made, make: z.literal('file'), captureId: z.uuid() }),
  z.object({ ...Made, make: z.literal('recording'), recordingId: z.string().min(1) }),
]);
export type Recipe = z.infer<typeof RecipeSchema>;
