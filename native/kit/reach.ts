import { SetupFailure } from './failure.ts';
import { run } from './run.ts';

const SECOND = 1000;
const CONNECT_LIMIT = 5 * SECOND;

/** Node's fetch follows proxy variables only in a process that was started with this. */
export function proxyEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const npm = env['npm_config_https_proxy'] || env['npm_config_proxy'];
  const proxy = env['HTTPS_PROXY'] || env['https_proxy'] || npm;
  return { ...env, NODE_USE_ENV_PROXY: '1', ...(proxy ? { HTTPS_PROXY: proxy } : {}) };
}

/** `fetch` in a process of its own: URL, then the file to write or nothing for a HEAD request. */
const SCRIPT = `
const [url, file] = process.argv.slice(1);
const answer = await fetch(url, { method: file ? 'GET' : 'HEAD' });
if (!answer.ok) { console.error(answer.status + ' ' + answer.statusText); process.exit(1); }
if (file) {
  const { createWriteStream } = await import('node:fs');
  const { Readable } = await import('node:stream');
  const { pipeline } = await import('node:stream/promises');
  await pipeline(Readable.fromWeb(answer.body), createWriteStream(file));
}
process.exit(0);
`;

/** True when the address answers within 5 seconds that it has the file. */
export async function isReachable(url: string): Promise<boolean> {
  return (await fetchInChild([url], CONNECT_LIMIT)).status === 0;
}

/** Downloads a file. */
export async function download(url: string, file: string, timeoutMs: number): Promise<void> {
  const result = await fetchInChild([url, file], timeoutMs);
  if (result.status === 0) return;
  const why = result.timedOut ? 'time limit reached' : result.stderr.trim().split('\n').at(-1);
  throw new SetupFailure(`${url} could not be downloaded: ${why}`, 'Try again later.');
}

function fetchInChild(args: readonly string[], timeoutMs: number) {
  const node = ['--input-type=module', '--eval', SCRIPT, '--', ...args];
  return run(process.execPath, node, { env: proxyEnvironment(), timeoutMs });
}
