import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Result } from '../../contracts/faults.ts';
import {
  exportCsv,
  type RecordingReport,
  recordingInfo as readInfo,
  verifyRecording,
} from '../../devices/cliSupport.ts';
import { EXIT, exitCodeOf } from '../exitCodes.ts';
import { faultText } from '../faultText.ts';
import { readArguments, UsageError } from '../usage.ts';

/** Exit code `damaged` when anything is torn, damaged, doubled or missing. */
export async function recordingVerify(args: readonly string[]): Promise<number> {
  const { file, json } = readFileArgument(args);
  const report = await verifyRecording(file);
  return show(report, json, reportWords, report.ok && !report.value.whole);
}

export async function recordingInfo(args: readonly string[]): Promise<number> {
  const { file, json } = readFileArgument(args);
  return show(await readInfo(file), json, (info) => JSON.stringify(info, null, 2), false);
}

/** A torn or damaged file is written as far as it goes, and its end code says so. */
export async function recordingExport(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    out: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [file] = positionals;
  if (file === undefined) {
    throw new UsageError('FILE');
  }
  const report = await verifyRecording(file);
  if (!report.ok) {
    return complain(report);
  }
  const output = values.out === undefined ? process.stdout : createWriteStream(values.out);
  const written = await writeCsv(file, output);
  if (written instanceof Error) {
    // A reader that closed its end early (head) has what it wanted.
    if ((written as NodeJS.ErrnoException).code === 'EPIPE') {
      return EXIT.ok;
    }
    process.stderr.write(`${written.message}\n`);
    return EXIT.failed;
  }
  const damaged = !report.value.whole;
  return values.out === undefined
    ? shown(written, damaged)
    : show(written, values.json === true, ({ lines }) => `${lines} lignes / lines`, damaged);
}

/** @returns the output's own error when it could not take the lines. */
async function writeCsv(
  file: string,
  output: NodeJS.WritableStream,
): Promise<Result<{ lines: number }> | Error> {
  let failure: Error | null = null;
  let full = false;
  output.on('error', (error: Error) => {
    failure = error;
  });
  const result = await exportCsv(
    file,
    (line) => {
      full = failure === null && !output.write(`${line}\n`);
    },
    async () => {
      if (full && failure === null) {
        await Promise.race([once(output, 'drain'), once(output, 'close')]).catch(() => undefined);
      }
    },
  );
  if (output !== process.stdout && failure === null) {
    output.end();
    await finished(output).catch(() => undefined);
  }
  return failure ?? result;
}

function readFileArgument(args: readonly string[]): { file: string; json: boolean } {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean' } });
  const [file] = positionals;
  if (file === undefined) {
    throw new UsageError('FILE');
  }
  return { file, json: values.json === true };
}

function shown(result: Result<unknown>, damaged: boolean): number {
  return result.ok && damaged ? EXIT.damaged : complain(result);
}

function complain(result: Result<unknown>): number {
  if (result.ok) {
    return EXIT.ok;
  }
  process.stderr.write(`${faultText(result.fault)}\n`);
  return exitCodeOf(result.fault.code);
}

function show<T>(
  result: Result<T>,
  json: boolean,
  words: (value: T) => string,
  damaged: boolean,
): number {
  if (!result.ok) {
    return complain(result);
  }
  process.stdout.write(`${json ? JSON.stringify(result.value) : words(result.value)}\n`);
  return damaged ? EXIT.damaged : EXIT.ok;
}

function reportWords(report: RecordingReport): string {
  const verdict = report.whole ? 'Intact / whole' : 'ENDOMMAGÉ / DAMAGED';
  return [
    `${verdict}: ${report.blocks} blocs / blocks, ${report.samples} échantillons / samples`,
    `trous / gaps: ${report.gaps} (${report.lostSamples} échantillons perdus / samples lost)`,
    `blocs manquants / missing blocks: ${report.missingBlocks}, doublons / duplicates: ${report.duplicates}`,
    `fin déchirée / torn tail: ${report.tornBytes} octets / bytes`,
  ].join('\n');
}
