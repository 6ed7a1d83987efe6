import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../../native/kit/files.ts';
import { run } from '../../../native/kit/run.ts';

/** A kernel out of its Debian package, never installed: `folder` holds `boot` and `lib/modules`. */
export type Kernel = { readonly abi: string; readonly folder: string; readonly image: string };

export type KernelOutcome =
  | { readonly ok: true; readonly kernel: Kernel }
  | { readonly ok: false; readonly reason: string };

const MINUTE = 60_000;
/** The name without a version depends on the current one. Its "cloud" sibling has no USB. */
const META_PACKAGE = 'linux-image-amd64';
/** Drivers that no emulated device needs: three quarters of the package. */
const LEFT_OUT = [
  'drivers/gpu',
  'drivers/infiniband',
  'drivers/iio',
  'drivers/md',
  'drivers/net/ethernet',
  'drivers/net/wireless',
  'drivers/scsi',
  'drivers/staging',
  'sound',
] as const;

function kernelIn(cache: string, abi: string): Kernel {
  const folder = path.join(cache, `linux-${abi}`);
  return { abi, folder, image: path.join(folder, 'boot', `vmlinuz-${abi}`) };
}

/** Takes what an earlier run kept in `cache`, else fetches the package with apt. */
export async function findKernel(cache: string): Promise<KernelOutcome> {
  await mkdir(cache, { recursive: true });
  const kept = (await readdir(cache))
    .filter((name) => name.startsWith('linux-'))
    .map((name) => kernelIn(cache, name.slice('linux-'.length)))
    .filter(isWhole)
    .toSorted((a, b) => a.abi.localeCompare(b.abi, undefined, { numeric: true }));
  const newest = kept.at(-1);
  return newest === undefined ? await fetchKernel(cache) : { ok: true, kernel: newest };
}

function isWhole(kernel: Kernel): boolean {
  return exists(kernel.image) && exists(path.join(modulesOf(kernel), 'modules.dep.bin'));
}

export function modulesOf({ abi, folder }: Kernel): string {
  return path.join(folder, 'lib', 'modules', abi);
}

async function fetchKernel(cache: string): Promise<KernelOutcome> {
  const refuse = (reason: string): KernelOutcome => ({ ok: false, reason });
  const depends = await run('apt-cache', ['depends', META_PACKAGE], { timeoutMs: MINUTE });
  const name = /Depends: (linux-image-\S+)/.exec(depends.stdout)?.[1];
  if (name === undefined) return refuse(`apt-cache knows no ${META_PACKAGE}`);
  const scratch = await mkdtemp(path.join(cache, 'fetch-'));
  try {
    const got = await run('apt-get', ['download', name], { cwd: scratch, timeoutMs: 5 * MINUTE });
    const archive = (await readdir(scratch)).find((file) => file.endsWith('.deb'));
    if (got.status !== 0 || archive === undefined) return refuse(`apt-get cannot download ${name}`);
    const kernel = kernelIn(cache, name.slice('linux-image-'.length));
    const problem = await unpack(
      path.join(scratch, archive),
      path.join(scratch, 'root'),
      kernel.abi,
    );
    if (problem !== null) return refuse(problem);
    await rm(kernel.folder, { recursive: true, force: true });
    await rename(path.join(scratch, 'root'), kernel.folder);
    return { ok: true, kernel };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @returns what went wrong, or null. */
async function unpack(archive: string, root: string, abi: string): Promise<string | null> {
  await mkdir(root);
  const leftOut = `${root}.left-out`;
  const folders = LEFT_OUT.map((folder) => `./lib/modules/${abi}/kernel/${folder}\n`);
  await writeFile(leftOut, folders.join(''));
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" ./boot ./lib/modules -X "$3"';
  const tar = ['-o', 'pipefail', '-c', script, 'unpack', archive, root, leftOut];
  const unpacked = await run('bash', tar, { timeoutMs: 2 * MINUTE });
  if (unpacked.status !== 0)
    return `the kernel package cannot be unpacked: ${unpacked.stderr.trim()}`;
  const depmod = exists('/usr/sbin/depmod') ? '/usr/sbin/depmod' : '/sbin/depmod';
  const indexed = await run(depmod, ['-b', root, abi], { timeoutMs: MINUTE });
  return indexed.status === 0 ? null : `depmod: ${indexed.stderr.trim()}`;
}
