// Fuzzes every parser, two at a time; ends with 1 when one of them failed.
//   node test/fuzz/run.ts [--seconds 600 (in all) | --each N] [--target NAME] [--seed N] [--save]
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { corpusFile, findTargets, type OneReport } from './targets.ts';

const AT_ONCE = 2;
/** The reasons of one target, so that a parser that is broken everywhere stays readable. */
const SHOWN_FAILURES = 3;

function runOne(name: string, seconds: number, seed: number): Promise<OneReport> {
  const program = new URL('one.ts', import.meta.url).pathname;
  const args = ['--expose-gc', '--max-old-space-size=128', program, name, `${seconds}`, `${seed}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) {
        resolve(JSON.parse(text) as OneReport);
      } else {
        reject(new Error(`${name}: the process ended with ${code}: out of its 128 MB, or a bug`));
      }
    });
  });
}

function tell(report: OneReport): void {
  const { name, executions, seconds, covered, blocks, slowestMs, heapGrowthBytes } = report;
  const megabytes = (heapGrowthBytes / 1024 / 1024).toFixed(1);
  console.log(
    `${report.failures.length === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(26)} ` +
      `${Math.round(executions / seconds)}/s, blocks ${covered}/${blocks}, ` +
      `slowest ${slowestMs.toFixed(1)} ms, heap +${megabytes} MB, ` +
      `false frames ${report.falseFrames} (${report.allowedFalseFrames} allowed) ` +
      `in ${report.noiseChances} chances`,
  );
  for (const { check, detail, input } of report.failures.slice(0, SHOWN_FAILURES)) {
    console.log(`     ${check}: ${detail}\n     ${input.slice(0, 400)}`);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '600' },
      each: { type: 'string' },
      target: { type: 'string', multiple: true },
      seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
      save: { type: 'boolean', default: false },
    },
  });
  const all = (await findTargets()).map((target) => target.name);
  const names = values.target ?? all;
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`unknown: ${unknown.join(', ')}; known: ${all.join(', ')}`);
    return 2;
  }
  const each = Number(values.each ?? (Number(values.seconds) * AT_ONCE) / names.length);
  console.log(`${names.length} parsers, ${each.toFixed(1)} s each, seed ${values.seed}`);
  const waiting = [...names];
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const report = await runOne(name, each, Number(values.seed));
      tell(report);
      failed += report.failures.length > 0 ? 1 : 0;
      if (values.save) {
        writeFileSync(corpusFile(name), `${JSON.stringify(report.corpus, null, 2)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
