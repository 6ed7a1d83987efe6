import { firstExisting } from '../../../native/kit/files.ts';

/** Programs of the host, each with the Debian package that brings it. */
const PROGRAMS = [
  { name: 'qemu', files: ['/usr/bin/qemu-system-x86_64'], from: 'qemu-system-x86' },
  { name: 'bios', files: ['/usr/share/seabios/bios-256k.bin'], from: 'seabios' },
  { name: 'busybox', files: ['/bin/busybox', '/usr/bin/busybox'], from: 'busybox-static' },
  { name: 'cpio', files: ['/bin/cpio', '/usr/bin/cpio'], from: 'cpio' },
  { name: 'modprobe', files: ['/sbin/modprobe', '/usr/sbin/modprobe'], from: 'kmod' },
  {
    name: 'udevd',
    files: ['/lib/systemd/systemd-udevd', '/usr/lib/systemd/systemd-udevd'],
    from: 'udev',
  },
] as const;

type ProgramName = (typeof PROGRAMS)[number]['name'];
export type Programs = Readonly<Record<ProgramName, string>>;

export type Prerequisites =
  | { readonly ok: true; readonly programs: Programs }
  | { readonly ok: false; readonly reason: string };

/** The guest is a PC and runs this machine's own programs: both must be of the same kind. */
export function findPrograms(find = firstExisting): Prerequisites {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      ok: false,
      reason: `the guest needs Linux on x64, this is ${process.platform} ${process.arch}`,
    };
  }
  const found = PROGRAMS.map((program) => ({ ...program, file: find([...program.files]) }));
  const missing = found.filter(({ file }) => file === null).map(({ from }) => from);
  if (missing.length > 0) {
    return { ok: false, reason: `missing Debian packages: ${missing.join(' ')}` };
  }
  const of = (name: ProgramName): string => found.find((each) => each.name === name)?.file ?? '';
  const [qemu, bios, busybox] = [of('qemu'), of('bios'), of('busybox')];
  const [cpio, modprobe, udevd] = [of('cpio'), of('modprobe'), of('udevd')];
  return { ok: true, programs: { qemu, bios, busybox, cpio, modprobe, udevd } };
}
