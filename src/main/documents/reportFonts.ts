import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ReportFonts } from '../exporter/pdf/types.ts';

/** @param folder `resources/report` of the program. */
export async function loadReportFonts(folder: string): Promise<ReportFonts> {
  const [regular, bold] = await Promise.all(
    ['Inter-Regular.otf', 'Inter-SemiBold.otf'].map((name) => readFile(path.join(folder, name))),
  );
  if (regular === undefined || bold === undefined) {
    throw new Error('two fonts were read');
  }
  return { regular, bold };
}
