import type { TraceReader } from '../_sdk/adapter.ts';
import { createPackets } from './packets.ts';
import { createFrameParser, FLOAT, rateOf, STATUS, spo2Of } from './protocol.ts';

const SAID: readonly (readonly [number, string])[] = [
  [STATUS.sensorDisconnected, 'sensor disconnected'],
  [STATUS.sensorAlarm, 'sensor alarm'],
  [STATUS.outOfTrack, 'out of track'],
  [STATUS.artifact, 'artifact'],
];

/** One line a packet, and one for each run of bytes that is no frame. */
export function createNoninTrace(): TraceReader {
  let lines: string[] = [];
  let bits = 0;
  const packets = createPackets();
  const parser = createFrameParser(
    (status, _pleth, float) => {
      const whole = packets.frame(status, float);
      if (whole !== null) {
        const rate = rateOf(whole[FLOAT.rateHigh] ?? 0, whole[FLOAT.rateLow] ?? 0);
        const spo2 = spo2Of(whole[FLOAT.spo2] ?? 0);
        const said = SAID.filter(([mask]) => (bits & mask) !== 0).map(([, text]) => `, ${text}`);
        lines.push(`packet SpO2 ${spo2 ?? 'missing'} HR ${rate ?? 'missing'}${said.join('')}`);
      }
      bits = (status & STATUS.sync) === 0 ? bits | status : status;
    },
    packets.disturb,
    () => lines.push('bytes that are no frame'),
  );
  return (direction, bytes) => {
    lines = [];
    if (direction === 'in') {
      parser.push(bytes);
    }
    return lines;
  };
}
