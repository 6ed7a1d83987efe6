import { writeFileSync } from 'node:fs';
import { complaints, inWords } from '../demo/report.ts';
import { runDemo } from '../demo/run.ts';
import { EXIT } from '../exitCodes.ts';
import { readArguments, readNumber } from '../usage.ts';

const DEFAULT_SECONDS = 30;

export async function demo(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = readArguments(args, {
    headless: { type: 'boolean' },
    seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
    input: { type: 'string' },
    report: { type: 'string' },
    screenshots: { type: 'string' },
    json: { type: 'boolean' },
  });
  const report = await runDemo({
    headless: values.headless === true,
    seconds: readNumber(values.seconds, 'seconds', { lowest: 5, highest: 3600 }),
    input: values.input ?? null,
    screenshots: values.screenshots ?? null,
    say: (words) => process.stderr.write(`${words}\n`),
    signal,
  });
  if (report === null) {
    return EXIT.ok;
  }
  if (values.report !== undefined) {
    writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
  }
  process.stdout.write(`${values.json === true ? JSON.stringify(report) : inWords(report)}\n`);
  const wrong = complaints(report);
  for (const sentence of wrong) {
    process.stderr.write(`✗ ${sentence}\n`);
  }
  return wrong.length === 0 ? EXIT.ok : EXIT.failed;
}
