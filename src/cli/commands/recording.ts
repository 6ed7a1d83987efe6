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
import type { Unwrap } from '../../record/sealed/types.ts';
import { EXIT } from '../exitCodes.ts';
import { complain, print, printJson, remark } from '../say.ts';
import { withKeysOf } from '../store/withKeysOf.ts';
import { STORE_OPTIONS } from '../store/withStore.ts';
import { readArguments, UsageError } from '../usage.ts';

/** Exit code `damaged` when anything is torn, damaged, doubled or missing. */
export async function recordingVerify(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, STORE_OPTIONS);
  const file = fileOf(positionals);
  return withKeysOf(file, values, async (unwrap) => {
    const report = await verifyRecording(file, unwrap);
    return show(report, values.json === true, reportWords, report.ok && !report.value.whole);
  });
}

export async function recordingInfo(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, STORE_OPTIONS);
  const file = fileOf(positionals);
  return withKeysOf(file, values, async (unwrap) => {
    const info = await readInfo(file, unwrap);
    return show(info, values.json === true, (value) => JSON.stringify(value, null, 2), false);
  });
}

/** A torn or damaged file is written as far as it goes, and its end code says so. */
export async function recordingExport(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...STORE_OPTIONS,
    out: { type: 'string' },
  });
  const file = fileOf(positionals);
  return withKeysOf(file, values, (unwrap) =>
    exportTo(values.out, file, unwrap, values.json === true),
  );
}

async function exportTo(
  out: string | undefined,
  file: string,
  unwrap: Unwrap,
  json: boolean,
): Promise<number> {
  const report = await verifyRecording(file, unwrap);
  if (!report.ok) {
    return complain(report.fault);
  }
  const output = out === undefined ? process.stdout : createWriteStream(out);
  const written = await writeCsv(file, output, unwrap);
  if (written instanceof Error) {
    // A reader that closed its end early (head) has what it wanted.
    if ((written as NodeJS.ErrnoException).code === 'EPIPE') {
      return EXIT.ok;
    }
    remark(written.message);
    return EXIT.failed;
  }
  const damaged = !report.value.whole;
  return out === undefined
    ? shown(written, damaged)
    : show(written, json, ({ lines }) => `${lines} lignes / lines`, damaged);
}

/** @returns the output's own error when it could not take the lines. */
async function writeCsv(
  file: string,
  output: NodeJS.WritableStream,
  unwrap: Unwrap,
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
    unwrap,
  );
  if (output !== process.stdout && failure === null) {
    output.end();
    await finished(output).catch(() => undefined);
  }
  return failure ?? result;
}

function fileOf([file]: readonly string[]): string {
  if (file === undefined) {
    throw new UsageError('FILE');
  }
  return file;
}

function shown(result: Result<unknown>, damaged: boolean): number {
  if (!result.ok) {
    return complain(result.fault);
  }
  return damaged ? EXIT.damaged : EXIT.ok;
}

function show<T>(
  result: Result<T>,
  json: boolean,
  words: (value: T) => string,
  damaged: boolean,
): number {
  if (result.ok) {
    if (json) {
      printJson(result.value);
    } else {
      print(words(result.value));
    }
  }
  return shown(result, damaged);
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
