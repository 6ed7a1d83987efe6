import type { types } from 'mediasoup';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { Role } from '../../contracts/roles.ts';
import type { Log } from '../log.ts';
import { attempt } from './attempt.ts';
import { MEDIA_CODECS } from './codecs.ts';
import type { ListenAddress } from './listener.ts';
import { startWorkerProcess, stopWorker, type WorkerProcess } from './workerProcess.ts';

const FIRST_RESTART_DELAY = 100;
const LONGEST_RESTART_DELAY = 10_000;

/** The media server: one supervised worker. */
export type Sfu = {
  /** Of the worker that runs now, or of the last one while the next is being started. */
  readonly workerPid: number;
  readonly mediaPort: number;
  readonly outsidePort: number | null;
  /** Fails with MEDIA_WORKER_DIED while the worker is being restarted. */
  readonly createRouter: () => Promise<Result<types.Router>>;
  /** Where the media of this role arrives; fails with MEDIA_WORKER_DIED likewise. */
  readonly listenerFor: (role: Role) => Result<types.WebRtcServer>;
  /** The worker ended unasked, and all routers with it; another is on its way. */
  onDied(listener: () => void): void;
  close(): Promise<void>;
};

type SfuOptions = {
  readonly workerBin: string | null;
  readonly media: ListenAddress;
  readonly outside: ListenAddress | null;
};

/** Starts the worker and keeps one running. Fails with HUB_PORT_IN_USE or HUB_START_FAILED. */
export async function startSfu(options: SfuOptions, log: Log): Promise<Result<Sfu>> {
  const first = await startWorkerProcess(options);
  if (!first.ok) {
    return first;
  }
  const supervisor = new Supervisor(options, log, first.value);
  return ok({
    get workerPid() {
      return supervisor.last.worker.pid;
    },
    mediaPort: first.value.media.port,
    outsidePort: first.value.outside?.port ?? null,
    createRouter: async () =>
      supervisor.isUp()
        ? await attempt(() => supervisor.last.worker.createRouter({ mediaCodecs: MEDIA_CODECS }))
        : failed('MEDIA_WORKER_DIED'),
    listenerFor(role) {
      const { media, outside } = supervisor.last;
      // Whoever stands at the cart reaches it from inside; a physician comes from elsewhere.
      const listener = role === 'physician' ? (outside ?? media) : media;
      return supervisor.isUp() ? ok(listener.server) : failed('MEDIA_WORKER_DIED');
    },
    onDied: (listener) => supervisor.diedListeners.add(listener),
    close: () => supervisor.close(),
  });
}

class Supervisor {
  last: WorkerProcess;
  readonly diedListeners = new Set<() => void>();
  readonly #options: SfuOptions;
  readonly #log: Log;
  #closed = false;
  #restart: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(options: SfuOptions, log: Log, first: WorkerProcess) {
    this.#log = log;
    this.last = first;
    // The ports found at the first start are kept, since firewalls and main know them.
    this.#options = {
      ...options,
      media: { ...options.media, port: first.media.port },
      outside:
        options.outside === null || first.outside === null
          ? null
          : { ...options.outside, port: first.outside.port },
    };
    this.#watch(first);
  }

  isUp(): boolean {
    return !this.#closed && !this.last.worker.closed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#restart;
    await stopWorker(this.last.worker);
  }

  #watch(process: WorkerProcess): void {
    process.worker.once('died', () => {
      this.#log('worker.died', { pid: process.worker.pid });
      for (const listener of this.diedListeners) {
        listener();
      }
      this.#restart = this.#startAgain();
    });
  }

  async #startAgain(): Promise<void> {
    let delay = FIRST_RESTART_DELAY;
    while (!this.#closed) {
      const started = await startWorkerProcess(this.#options);
      if (started.ok) {
        this.last = started.value;
        this.#watch(started.value);
        this.#log('worker.restarted', { pid: started.value.worker.pid });
        return;
      }
      this.#log('worker.restart.failed', { code: started.fault.code, delay });
      await this.#pause(delay);
      delay = Math.min(delay * 2, LONGEST_RESTART_DELAY);
    }
  }

  #pause(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
