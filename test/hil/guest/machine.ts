import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { ROOT_TAG } from './initrd.ts';
import type { Kernel } from './kernel.ts';
import type { Programs } from './prerequisites.ts';

export type MachineOptions = {
  readonly programs: Programs;
  readonly kernel: Kernel;
  readonly initrd: string;
  /** Words of the kernel's command line, read by stage.sh. */
  readonly facts: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly processors: number;
  /** The console goes here whole. */
  readonly consoleFile: string;
  readonly signal: AbortSignal;
};

function kernelLine(facts: MachineOptions['facts']): string {
  const words = Object.entries(facts).map(([name, value]) => `chariot.${name}=${value}`);
  const machine = 'console=ttyS0 panic=-1 quiet mitigations=off nokaslr tsc=reliable';
  return [machine, ...words].join(' ');
}

function qemuArguments(options: MachineOptions): string[] {
  const share = `local,path=/,mount_tag=${ROOT_TAG},security_model=none,readonly=on,multidevs=remap`;
  const machine = '-M q35 -accel tcg,thread=multi -cpu max,pku=off -nodefaults -no-reboot';
  const screenless = '-display none -monitor none -serial stdio';
  // 10.0.2.2 in the guest is this machine's loopback address.
  const network =
    '-netdev user,id=n0 -device virtio-net-pci,netdev=n0,romfile= -device virtio-rng-pci';
  const size = `-m ${options.memoryMb} -smp ${options.processors}`;
  const words = [machine, screenless, network, size].flatMap((line) => line.split(' '));
  const files = ['-kernel', options.kernel.image, '-initrd', options.initrd, '-virtfs', share];
  return [...words, ...files, '-append', kernelLine(options.facts)];
}

/**
 * Runs a guest in software emulation to its end. It needs no rights but those to read the files that
 * it uses. @returns QEMU's exit code; null when it was killed or could not be started.
 */
export function runMachine(options: MachineOptions): Promise<number | null> {
  const log = createWriteStream(options.consoleFile);
  const child = spawn(options.programs.qemu, qemuArguments(options), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  options.signal.addEventListener('abort', kill, { once: true });
  if (options.signal.aborted) kill();
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return new Promise((resolve) => {
    const finish = (status: number | null): void => {
      options.signal.removeEventListener('abort', kill);
      log.end(() => resolve(status));
    };
    child.on('close', finish);
    child.on('error', () => finish(null));
  });
}
