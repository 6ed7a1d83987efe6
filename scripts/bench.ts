// npm run bench -- chain   [--json FILE] [--minutes 10] [--rounds 5] [--only ingest|view|start|latency|lossless]
// npm run bench -- devices [--json FILE] [--minutes 10] [--rounds 5] [--cycles 200] [--only parsers|ingest|bursts|hotplug|ports]
// npm run bench -- outbox  [--json FILE] [--rounds 5] [--only fsyncs|memory|recovery|excerpts|looks]
// npm run bench -- dicom   [--json FILE]
// npm run bench -- uploads [--json FILE] [--rounds 5]
// Exits with 1 when a goal was missed: a benchmark that cannot fail is none.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchChain } from '../test/bench/chain.ts';
import { benchDevices } from '../test/bench/devices.ts';
import { benchDicom } from '../test/bench/dicom.ts';
import { benchOutbox } from '../test/bench/outbox.ts';
import { noiseProbe, printRows } from '../test/bench/rows.ts';
import { benchUploads } from '../test/bench/uploads.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '5' },
    cycles: { type: 'string', default: '200' },
    only: { type: 'string' },
  },
});
const [what] = positionals;
const BENCHES = new Map([
  ['chain', benchChain],
  ['devices', benchDevices],
  ['outbox', benchOutbox],
  ['dicom', benchDicom],
  ['uploads', benchUploads],
]);
const bench = BENCHES.get(what ?? '');
if (bench === undefined) {
  process.stderr.write(`npm run bench -- ${[...BENCHES.keys()].join(' | ')}\n`);
  process.exit(2);
}
const before = noiseProbe();
const options = {
  minutes: Number(values.minutes),
  rounds: Number(values.rounds),
  cycles: Number(values.cycles),
  only: values.only ?? null,
  say: (words: string): void => void process.stderr.write(`${words}\n`),
};
const rows = await bench(options);
const noise = { before, after: noiseProbe() };
printRows(rows);
process.stdout.write(`noise: ${JSON.stringify(noise)}\n`);
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
process.exitCode = rows.every(({ pass }) => pass) ? 0 : 1;
