// Fuzzes one target in a process of its own; says what it found as one line of JSON.
//   node --expose-gc --max-old-space-size=128 test/fuzz/one.ts NAME SECONDS SEED

import { existsSync, readFileSync } from 'node:fs';
import { cpuMs } from '../../src/devices/_sdk/cpuTime.ts';
import { watchCoverage } from './coverage.ts';
import { fuzz } from './fuzz.ts';
import { corpusFile, findTargets, type OneReport } from './targets.ts';

const [name = '', seconds = '4', seed = '1'] = process.argv.slice(2);
const coverage = watchCoverage((url) => url.includes(`/src/devices/${name.split(/[ /]/)[0]}/`));
const target = (await findTargets()).find((one) => one.name === name);
if (target === undefined) {
  throw new Error(`no target "${name}"`);
}
const file = corpusFile(name);
const kept: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
const corpus = (kept as readonly string[]).map(
  (text) => new Uint8Array(Buffer.from(text, 'base64')),
);
const collect = globalThis.gc;
if (collect === undefined) {
  throw new Error('needs --expose-gc');
}
const report = fuzz({
  target,
  corpus,
  seconds: Number(seconds),
  seed: Number(seed),
  coverage,
  nowMs: () => performance.now(),
  cpuMs,
  heapBytes: () => {
    collect();
    return process.memoryUsage().heapUsed;
  },
});
coverage.stop();
const line: OneReport = {
  ...report,
  corpus: report.corpus.map((input) => Buffer.from(input).toString('base64')),
  failures: report.failures.map((failure) => ({
    ...failure,
    input: Buffer.from(failure.input).toString('hex'),
  })),
};
process.stdout.write(`${JSON.stringify(line)}\n`);
