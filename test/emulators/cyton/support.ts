import { createEcgModel, DEFAULT_ECG_MODEL } from '../ecg/dynamicalModel.ts';
import { type EcgSource, MEASURED_LEADS, type MeasuredLead } from '../ecg/leads.ts';
import { type CytonEmulator, type CytonOptions, createCytonEmulator } from './emulator.ts';
import { type CytonFaultPlan, parseFaults } from './faults.ts';

/** For tests: a heart that stands still at the given microvolts. */
export function steadySource(leads: Partial<Record<MeasuredLead, number>>): EcgSource {
  const values = MEASURED_LEADS.map((lead) => leads[lead] ?? 0);
  return { description: 'steady', generated: true, at: (_t, out) => out.set(values) };
}

/** For tests: an emulator on the quiet model unless told otherwise. */
export function testCyton(options: Partial<CytonOptions> = {}): CytonEmulator {
  const source = createEcgModel({ ...DEFAULT_ECG_MODEL, noiseUv: 0 });
  return createCytonEmulator({ source, ...options });
}

export function plan(...switches: string[]): CytonFaultPlan {
  const parsed = parseFaults(switches);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.plan;
}

/** Sends a command at `nowMs` and returns the text of the immediate replies. */
export function say(device: CytonEmulator, text: string, nowMs = 0): string {
  const replies = device.receive(Buffer.from(text, 'latin1'), nowMs);
  return Buffer.concat(replies).toString('latin1');
}

/** Starts at `fromMs` and collects `seconds` of stream, asked for every `stepMs`. */
export function stream(device: CytonEmulator, seconds: number, stepMs = 4, fromMs = 0) {
  say(device, 'b', fromMs);
  const writes: Uint8Array[] = [];
  let frames = 0;
  for (let t = stepMs; t <= seconds * 1000; t += stepMs) {
    const out = device.advance(fromMs + t);
    writes.push(...out.writes);
    frames += out.frames;
    if (out.disconnect) break;
  }
  return { bytes: Buffer.concat(writes), writes, frames };
}
