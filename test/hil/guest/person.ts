import { connectControl } from '../control.ts';
import type { GuestConfig } from './config.ts';

/** What a script of checks has at hand while it runs as an ordinary person. */
export type Bench = {
  readonly config: GuestConfig;
  /** Runs `job`; what it returns is the detail of a PASS, what it throws that of a FAIL. */
  readonly check: (name: string, job: () => Promise<string>) => Promise<void>;
  readonly unplug: (busId: string) => Promise<void>;
  /** Connects a device that is exported and was never plugged in. */
  readonly attach: (busId: string) => Promise<void>;
  /** Puts the device back in: resolves when the kernel has taken the connection. */
  readonly plug: (busId: string) => Promise<void>;
  /** Root puts Chariot's udev rules in place and has them applied. */
  readonly installRules: () => Promise<void>;
};

/** A check that is not met; the sentence is the report. */
export class NotMet extends Error {}

export function need(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new NotMet(sentence);
}

const LIMIT_MS = 45_000;

/** What a person asks root's process for; it answers `done`, or why not. */
export type RootRequest =
  | { readonly ask: 'attach'; readonly busId: string }
  | { readonly ask: 'rules' };

function askRoot(request: RootRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    process.once('message', (answer) => {
      if (answer === 'done') resolve();
      else reject(new NotMet(`${request.ask}: ${JSON.stringify(answer)}`));
    });
    process.send?.(request);
  });
}

/** Connects to the host, runs the checks one after the other, and ends the process. */
export async function asPerson(checks: (bench: Bench) => Promise<void>): Promise<void> {
  const config = JSON.parse(process.argv[2] ?? '') as GuestConfig;
  const control = await connectControl(config.host, config.controlPort);
  const check: Bench['check'] = async (name, job) => {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NotMet(`not done in ${LIMIT_MS} ms`)), LIMIT_MS);
    });
    const outcome = await Promise.race([job(), limit]).then(
      (detail) => ({ passed: true, detail }),
      (error: unknown) => ({
        passed: false,
        detail: error instanceof NotMet ? error.message : String(error),
      }),
    );
    clearTimeout(timer);
    await control.ask({ op: 'result', name, ...outcome });
  };
  const unplug = async (busId: string): Promise<void> => {
    await control.ask({ op: 'unplug', busId });
  };
  const attach = (busId: string): Promise<void> => askRoot({ ask: 'attach', busId });
  const plug = async (busId: string): Promise<void> => {
    await control.ask({ op: 'plug', busId });
    await attach(busId);
  };
  await checks({
    config,
    check,
    unplug,
    attach,
    plug,
    installRules: () => askRoot({ ask: 'rules' }),
  });
  control.close();
  // A device that was left open by a failed check must not keep the guest.
  process.exit(0);
}
