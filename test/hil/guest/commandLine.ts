import { execFile } from 'node:child_process';
import path from 'node:path';
import { BUNDLE_FOLDER } from './config.ts';
import { type Bench, NotMet, need } from './person.ts';
import { INSTRUMENT_NAMES, sightingOf } from './wires.ts';

const LIMIT_MS = 40_000;
const SECONDS = 2;
const LEAST_LINES = 100;

/** Runs `chariot` as a person would, and gives what it printed. */
function chariot(root: string, ...words: readonly string[]): Promise<string> {
  const program = path.join(root, BUNDLE_FOLDER, 'chariot.mjs');
  return new Promise((resolve, reject) => {
    const options = { timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new NotMet(`${error.code ?? error.signal}: ${stderr.trim().slice(-300)}`));
    });
  });
}

/** The command line from the same sources, on the same devices. */
export async function checkCommandLine({ check, config }: Bench): Promise<void> {
  const { root } = config;
  await check('chariot devices list --json: all three, each by its path', async () => {
    const listed = await chariot(root, 'devices', 'list', '--json');
    const paths: string[] = [];
    for (const name of INSTRUMENT_NAMES) paths.push((await sightingOf(name)).address.path);
    const missing = paths.filter((each) => !listed.includes(JSON.stringify(each)));
    need(missing.length === 0, `${missing.join(', ')} missing in ${listed.slice(0, 500)}`);
    return paths.join(', ');
  });
  await check(
    'chariot devices read openbci.cyton --json: samples from the serial port',
    async () => {
      const { address } = await sightingOf('serial');
      const where = ['--path', address.path, '--seconds', String(SECONDS), '--json'];
      const read = await chariot(root, 'devices', 'read', 'openbci.cyton', ...where);
      const lines = read
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
      need(lines.length >= LEAST_LINES, `${lines.length} lines: ${read.slice(0, 300)}`);
      return `${lines.length} lines in ${SECONDS} s`;
    },
  );
}
