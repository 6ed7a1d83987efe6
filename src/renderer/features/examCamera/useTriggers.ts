import { type RefObject, useEffect } from 'react';
import type { CaptureTrigger } from '../../../contracts/captures.ts';
import type { StreamClient } from '../../media/streamClient.ts';
import { isCaptureKey, triggerOf } from './trigger.ts';

/** Keys, the camera's own button and the pedal, for as long as the panel is there. */
export function useTriggers(deps: {
  readonly panel: RefObject<HTMLElement | null>;
  readonly stream: Pick<StreamClient, 'onEvent' | 'statuses' | 'hostTimeNow'>;
  readonly captureKey: string;
  /** With the time of the press, as of performance.now(). */
  readonly onTrigger: (source: CaptureTrigger, atMs: number) => void;
}): void {
  const { panel, stream, captureKey, onTrigger } = deps;
  useEffect(
    () =>
      stream.onEvent((event) => {
        const source = triggerOf(event, stream.statuses());
        if (source !== null) {
          const sinceMs = (stream.hostTimeNow() ?? event.hostTimeMs) - event.hostTimeMs;
          onTrigger(source, performance.now() - Math.max(0, sinceMs));
        }
      }),
    [stream, onTrigger],
  );
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (panel.current !== null && isCaptureKey(event, captureKey, panel.current)) {
        event.preventDefault();
        onTrigger('key', event.timeStamp);
      }
    };
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener('keydown', press);
    };
  }, [panel, captureKey, onTrigger]);
}
