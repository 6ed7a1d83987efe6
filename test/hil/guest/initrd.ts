import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../../native/kit/run.ts';
import type { Kernel } from './kernel.ts';
import type { Programs } from './prerequisites.ts';

const MINUTE = 60_000;
/** What it takes to see the host's files: everything else is loaded from there. */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'] as const;

/** The tag under which the host shares its root. */
export const ROOT_TAG = 'hostroot';

/**
 * The first program of the guest: puts a writable layer in memory over the host's own root, which
 * it can only read, and goes there. The guest's clock, devices and processes are its own.
 */
const INIT = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev
while read -r m; do $b insmod /mod/$m || echo "cannot load $m"; done < /mod/order
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro ${ROOT_TAG} /lower \\
  || { echo 'the host shares no root'; $b poweroff -f; }
$b mount -t tmpfs tmpfs /rw
$b mkdir -p /rw/upper /rw/work
$b mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work overlay /new
for d in dev proc sys; do $b mount --move /$d /new/$d; done
stage=$($b sed -n 's/.*chariot\\.stage=\\([^ ]*\\).*/\\1/p' /new/proc/cmdline)
exec $b switch_root /new /bin/sh "$stage"
`;

/** Module files in the order in which they must be loaded. */
async function moduleFiles(kernel: Kernel, modprobe: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of MODULES) {
    const args = ['-d', kernel.folder, '-S', kernel.abi, '--show-depends', name];
    const shown = await run(modprobe, args, { timeoutMs: MINUTE });
    if (shown.status !== 0) throw new Error(`modprobe knows no ${name}: ${shown.stderr}`);
    // Lines read `insmod /path`; parts of the kernel itself read `builtin name`.
    for (const [, file] of shown.stdout.matchAll(/^insmod (\S+)/gm)) {
      if (file !== undefined && !files.includes(file)) files.push(file);
    }
  }
  return files;
}

/** Makes the guest's first file system in `cache`; about 1.5 MB. @returns its path. */
export async function buildInitrd(kernel: Kernel, programs: Programs, cache: string) {
  const folder = await mkdtemp(path.join(cache, 'initrd-'));
  const target = path.join(cache, `initrd-${kernel.abi}.gz`);
  try {
    for (const name of ['bin', 'dev', 'proc', 'sys', 'mod', 'lower', 'rw', 'new']) {
      await mkdir(path.join(folder, name));
    }
    await copyFile(programs.busybox, path.join(folder, 'bin', 'busybox'));
    const files = await moduleFiles(kernel, programs.modprobe);
    for (const file of files) await copyFile(file, path.join(folder, 'mod', path.basename(file)));
    const order = files.map((file) => `${path.basename(file)}\n`).join('');
    await writeFile(path.join(folder, 'mod', 'order'), order);
    await writeFile(path.join(folder, 'init'), INIT);
    await chmod(path.join(folder, 'init'), 0o755);
    const script = 'find . | "$1" -o -H newc --quiet -R 0:0 | gzip -1 > "$2"';
    const packed = `${folder}.gz`;
    const cpio = ['-o', 'pipefail', '-c', script, 'pack', programs.cpio, packed];
    const made = await run('bash', cpio, { cwd: folder, timeoutMs: MINUTE });
    if (made.status !== 0) throw new Error(`cpio: ${made.stderr}`);
    await rename(packed, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
