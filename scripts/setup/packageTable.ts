/**
 * A Debian package that Chariot needs. `names` are its names, newest release first: Debian 13 and
 * Ubuntu 24.04 renamed libraries whose ABI changed with the 64-bit time_t.
 */
export interface SystemPackage {
  readonly names: readonly string[];
  /** Programs or files that show it is there, also on systems without dpkg. Any one suffices. */
  readonly files?: readonly string[];
  readonly why: string;
  /** Set-up goes on without it where the system has no such package. */
  readonly onlyForTests?: true;
}

/** To run the application and its tests. */
export const APP_PACKAGES: readonly SystemPackage[] = [
  { names: ['libgtk-3-0t64', 'libgtk-3-0'], why: 'Electron' },
  { names: ['libnss3'], why: 'Electron' },
  { names: ['libasound2t64', 'libasound2'], why: 'Electron' },
  { names: ['libgbm1'], why: 'Electron' },
  { names: ['libusb-1.0-0'], why: 'HID devices (node-hid is linked against it)' },
  {
    names: ['udev'],
    files: ['/usr/bin/udevadm', '/bin/udevadm'],
    why: 'serial ports by the numbers of their USB bridge',
  },
  { names: ['fonts-inter'], why: 'the font of the user interface' },
  {
    names: ['ca-certificates'],
    files: ['/etc/ssl/certs/ca-certificates.crt'],
    why: 'connections to hospital servers',
  },
  { names: ['xvfb'], files: ['/usr/bin/xvfb-run'], why: 'windows without a display' },
  { names: ['xauth'], files: ['/usr/bin/xauth'], why: 'xvfb-run, which only recommends it' },
  {
    names: ['chromium'],
    files: [
      '/usr/bin/chromium',
      '/usr/bin/google-chrome',
      '/usr/bin/chromium-browser',
      '/snap/bin/chromium',
    ],
    why: "the physician's side of tests",
    onlyForTests: true,
  },
  { names: ['socat'], files: ['/usr/bin/socat'], why: 'serial ports of tests', onlyForTests: true },
  {
    names: ['umockdev'],
    files: ['/usr/bin/umockdev-run'],
    why: 'HID and USB devices of tests',
    onlyForTests: true,
  },
  {
    names: ['biosig-tools'],
    files: ['/usr/bin/save2gdf'],
    why: 'a second reader of ECG files in tests',
    onlyForTests: true,
  },
  {
    names: ['orthanc'],
    files: ['/usr/sbin/Orthanc'],
    why: 'the archive (PACS) of tests',
    onlyForTests: true,
  },
  {
    names: ['orthanc-dicomweb'],
    files: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'],
    why: 'the archive (PACS) of tests',
    onlyForTests: true,
  },
  {
    names: ['dcmtk'],
    files: ['/usr/bin/dcmdump'],
    why: 'a second reader of DICOM files in tests',
    onlyForTests: true,
  },
  {
    names: ['dicom3tools'],
    files: ['/usr/bin/dciodvfy'],
    why: 'a judge of DICOM files in tests',
    onlyForTests: true,
  },
  {
    names: ['g++'],
    files: ['/usr/bin/cc'],
    why: 'a disk that loses power in tests (compiled from its sources)',
    onlyForTests: true,
  },
];

/** To play a machine with USB sockets in software: docs/hardware-tests.md. */
export const GUEST_PACKAGES: readonly SystemPackage[] = [
  { names: ['qemu-system-x86'], files: ['/usr/bin/qemu-system-x86_64'], why: 'the guest' },
  { names: ['seabios'], files: ['/usr/share/seabios/bios-256k.bin'], why: "the guest's start" },
  {
    names: ['busybox-static'],
    files: ['/bin/busybox', '/usr/bin/busybox'],
    why: "the guest's first files",
  },
  { names: ['cpio'], files: ['/bin/cpio', '/usr/bin/cpio'], why: "the guest's first files" },
  { names: ['kmod'], files: ['/sbin/modprobe', '/usr/sbin/modprobe'], why: "the guest's drivers" },
  {
    names: ['udev'],
    files: ['/lib/systemd/systemd-udevd', '/usr/lib/systemd/systemd-udevd'],
    why: "the guest's rules for devices",
  },
];

/** To compile the SQLite add-on. */
export const SQLITE_BUILD_PACKAGES: readonly SystemPackage[] = [
  { names: ['g++'], files: ['/usr/bin/c++'], why: 'compiling' },
];

/** To compile the mediasoup worker. */
export const WORKER_BUILD_PACKAGES: readonly SystemPackage[] = [
  ...SQLITE_BUILD_PACKAGES,
  { names: ['meson'], files: ['/usr/bin/meson'], why: 'compiling' },
  { names: ['ninja-build'], files: ['/usr/bin/ninja'], why: 'compiling' },
  { names: ['pkg-config'], files: ['/usr/bin/pkg-config'], why: 'compiling' },
  { names: ['libssl-dev'], why: 'DTLS of the worker' },
  { names: ['libuv1-dev'], why: 'event loop of the worker' },
  { names: ['libsrtp2-dev'], why: 'SRTP of the worker' },
  { names: ['libabsl-dev'], why: 'bandwidth estimation of the worker' },
  { names: ['flatbuffers-compiler'], files: ['/usr/bin/flatc'], why: 'messages of the worker' },
  { names: ['libflatbuffers-dev'], why: 'messages of the worker' },
];

/** What a detection asks of the machine; tests answer from a list. */
export interface Probe {
  readonly exists: (file: string) => boolean;
  /** dpkg's name of the machine's architecture, such as `amd64`. */
  readonly debArch: string;
}

/** dpkg keeps one list of files for each installed package; looking for it costs one stat call. */
export function isInstalled(wanted: SystemPackage, { exists, debArch }: Probe): boolean {
  if (wanted.files?.some(exists)) return true;
  if (wanted.files !== undefined) return false;
  return wanted.names.some(
    (name) =>
      exists(`/var/lib/dpkg/info/${name}.list`) ||
      exists(`/var/lib/dpkg/info/${name}:${debArch}.list`),
  );
}

/** dpkg's name for Node's architecture, or null where Chariot's parts are not built. */
export function debArchOf(arch: string): string | null {
  if (arch === 'x64') return 'amd64';
  if (arch === 'arm64') return 'arm64';
  return arch === 'arm' ? 'armhf' : null;
}

/** The first name that the package lists know; null when none of them does. */
export function nameToInstall(wanted: SystemPackage, known: ReadonlySet<string>): string | null {
  return wanted.names.find((name) => known.has(name)) ?? null;
}

/** Names with an installation candidate, from the output of `apt-cache policy NAME...`. */
export function knownNames(policy: string): Set<string> {
  const known = new Set<string>();
  const blocks = policy.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (.+)$/gm);
  for (const [, name, candidate] of blocks) {
    if (name !== undefined && candidate !== '(none)') known.add(name);
  }
  return known;
}
