import type { Progress } from '../progress.ts';
import type { ElectronRuntime, Runtime } from '../runtimeFile.ts';

/** What every step is given. */
export interface SetupContext {
  readonly root: string;
  readonly cache: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Known once the Electron step is done. */
  electron?: ElectronRuntime & { readonly napi: number };
}

/** One thing that set-up provides. */
export interface Step {
  readonly title: string;
  /**
   * What this step contributes if everything is in place, else null. Costs a few stat calls, starts
   * no process and changes nothing.
   */
  readonly check: (context: SetupContext) => Promise<Partial<Runtime> | null>;
  /** Fetches or builds what is missing. Called by the holder of the cache's lock only. */
  readonly provide: (context: SetupContext, progress: Progress) => Promise<Partial<Runtime>>;
}
