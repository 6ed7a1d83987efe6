import { SetupFailure } from '../../native/kit/failure.ts';
import { exists } from '../../native/kit/files.ts';
import { run, tail } from '../../native/kit/run.ts';
import {
  debArchOf,
  isInstalled,
  knownNames,
  nameToInstall,
  type Probe,
  type SystemPackage,
} from './packageTable.ts';
import type { Progress } from './progress.ts';

const MINUTE = 60_000;
const SECOND = 1000;

/** dpkg's own memory of what is installed; its absence means another kind of system. */
const DPKG_STATUS = '/var/lib/dpkg/status';

/** Those of the list that are not there; without dpkg only programs and files are looked for. */
export function missingPackages(wanted: readonly SystemPackage[]): SystemPackage[] {
  const probe: Probe = { exists, debArch: debArchOf(process.arch) ?? 'unknown' };
  return wanted
    .filter((each) => hasDpkg() || each.files !== undefined)
    .filter((each) => process.platform === 'linux' && !isInstalled(each, probe));
}

/** True on Debian and its relatives. */
export function hasDpkg(): boolean {
  return process.platform === 'linux' && exists(DPKG_STATUS);
}

/**
 * Installs what is missing when this user may; otherwise fails with the command that a person who
 * may can run.
 */
export async function installPackages(
  missing: readonly SystemPackage[],
  progress: Progress,
): Promise<void> {
  if (missing.length === 0) return;
  if (!hasDpkg()) return sayWhatIsMissing(missing, progress);
  const admin = await administrator();
  if (admin === null) {
    const names = await resolveNames(missing, progress);
    if (names.length > 0) throw notAllowed(names);
    return;
  }
  progress.working(`installing ${missing.length} system packages with apt-get…`);
  const updated = await apt(admin, ['update'], 10 * MINUTE);
  const names = await resolveNames(missing, progress);
  if (names.length === 0) return;
  const installed = await apt(admin, ['install', ...INSTALL_OPTIONS, ...names], 30 * MINUTE);
  if (installed.status === 0) return;
  throw new SetupFailure(
    `apt-get could not install ${names.join(' ')}:\n${tail(`${updated.stderr}\n${installed.stderr}`)}`,
    `Correct what it says above, or run yourself: ${manualCommand(names)}`,
  );
}

const INSTALL_OPTIONS = ['-y', '--no-install-recommends'];

/** What to run by hand. */
export function manualCommand(names: readonly string[]): string {
  return `sudo apt-get update && sudo apt-get install ${[...INSTALL_OPTIONS, ...names].join(' ')}`;
}

/** The command prefix that gives root's rights without asking a question, or null. */
async function administrator(): Promise<readonly string[] | null> {
  if (process.getuid?.() === 0) return [];
  const sudo = await run('sudo', ['-n', 'true'], { timeoutMs: 10 * SECOND });
  return sudo.status === 0 ? ['sudo', '-n'] : null;
}

function apt(admin: readonly string[], args: readonly string[], timeoutMs: number) {
  // sudo clears the environment, hence env(1). The lock time-out waits for unattended upgrades.
  const quietly = ['DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C'];
  const options = ['-q', '-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300'];
  const command = [...admin, 'env', ...quietly, 'apt-get', ...options, ...args];
  return run('env', command, { timeoutMs });
}

async function resolveNames(missing: readonly SystemPackage[], progress: Progress) {
  const known = await candidates(missing.flatMap(({ names }) => names));
  const resolved: string[] = [];
  for (const each of missing) {
    // Without package lists (a fresh container) the established name is the best guess.
    const name = known.size === 0 ? each.names.at(-1) : nameToInstall(each, known);
    if (typeof name === 'string') resolved.push(name);
    else if (each.onlyForTests) progress.note(`no package ${each.names[0]} here (${each.why})`);
    else throw notInLists(each);
  }
  return resolved;
}

async function candidates(names: readonly string[]): Promise<Set<string>> {
  const env = { ...process.env, LC_ALL: 'C' };
  const policy = await run('apt-cache', ['policy', ...names], { env, timeoutMs: MINUTE });
  return knownNames(policy.stdout);
}

function sayWhatIsMissing(missing: readonly SystemPackage[], progress: Progress): void {
  for (const { names, why } of missing) {
    progress.note(`please install what Debian calls ${names.at(-1) ?? ''} (${why})`);
  }
}

function notAllowed(names: readonly string[]): SetupFailure {
  return new SetupFailure(
    `${names.length} system packages are missing and this user may not install them: ${names.join(' ')}`,
    `Run, or have an administrator run: ${manualCommand(names)}`,
  );
}

function notInLists({ names, why }: SystemPackage): SetupFailure {
  return new SetupFailure(
    `this system's package lists have no ${names.join(' or ')} (${why})`,
    'Check that apt-get update works and that the section "main" (on Ubuntu also "universe") is enabled.',
  );
}
