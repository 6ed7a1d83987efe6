// npm run bench -- chain [--json FILE] [--minutes 10] [--rounds 5] [--only ingest|view|start|latency|lossless]
// Exits with 1 when a goal was missed: a benchmark that cannot fail is none.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchChain } from '../test/bench/chain.ts';
import { noiseProbe, printRows } from '../test/bench/rows.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
  },
});
if (positionals[0] !== 'chain') {
  process.stderr.write('npm run bench -- chain\n');
  process.exit(2);
}
const before = noiseProbe();
const rows = await benchChain({
  minutes: Number(values.minutes),
  rounds: Number(values.rounds),
  only: values.only ?? null,
  say: (words) => process.stderr.write(`${words}\n`),
});
const noise = { before, after: noiseProbe() };
printRows(rows);
process.stdout.write(`noise: ${JSON.stringify(noise)}\n`);
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
process.exitCode = rows.every(({ pass }) => pass) ? 0 : 1;
