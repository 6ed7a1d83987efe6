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

export async function recordingExport(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    out: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [file] = positionals;
  if (file === undefined) {
    throw new UsageError('FILE');
  }
  if (values.out === undefined) {
    const printed = await exportCsv(file, (line) => process.stdout.write(`${line}\n`));
    return printed.ok ? EXIT.ok : complain(printed);
  }
  const output = createWriteStream(values.out);
  await once(output, 'open');
  const written = await exportCsv(file, (line) => output.write(`${line}\n`));
  output.end();
  await finished(output);
  return show(written, values.json === true, ({ lines }) => `${lines} lignes / lines`, false);
}

function readFileArgument(args: readonly string[]): { file: string; json: boolean } {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean' } });
  const [file] = positionals;
  if (file === undefined) {
    throw new UsageError('FILE');
  }
  return { file, json: values.json === true };
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
