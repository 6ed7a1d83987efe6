import { type MessagePortMain, utilityProcess } from 'electron';
import type { ChildProcess } from '../supervision/childProcess.ts';

/** Starts one of Chariot's own bundles as an Electron utility process. */
export function forkUtility(
  file: string,
  serviceName: string,
  execArgv: readonly string[] = [],
): ChildProcess<MessagePortMain> {
  const child = utilityProcess.fork(file, [], {
    serviceName,
    stdio: 'inherit',
    execArgv: [...execArgv],
  });
  return {
    postMessage: (message, ports) => child.postMessage(message, ports),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', listener),
    kill: () => {
      child.kill();
    },
    killHard: () => {
      if (child.pid !== undefined) {
        process.kill(child.pid, 'SIGKILL');
      }
    },
    get pid() {
      return child.pid;
    },
  };
}
