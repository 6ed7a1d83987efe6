import { expect, it } from 'vitest';
import { FAULT_FAMILIES, type FaultCode } from '../contracts/faults.ts';
import { faultText } from './faultText.ts';

/** What only a window, a hub or a device host meets. */
const ELSEWHERE = [
  'ACT_CLOSED',
  'CAPTURE_DISK_FULL',
  'CAPTURE_WRITE_FAILED',
  'RECORDING_RANGE_MISSING',
];
const MET = /^(?:STORE|KEYSTORE|SEALED|CAPTURE|ACT|EXPORT|OUTBOX|IMPORT|RECORDING)_/;
const codes = (Object.keys(FAULT_FAMILIES) as FaultCode[]).filter(
  (code) => MET.test(code) && !ELSEWHERE.includes(code),
);

it.each(codes)('says %s in both languages', (code) => {
  expect(faultText({ code })).toMatch(new RegExp(`^.+ / .+ \\[${code}\\]$`));
});

it('tells the parameters where there are any', () => {
  expect(faultText({ code: 'STORE_IO', params: { code: 'EIO' } })).toContain('{"code":"EIO"}');
  expect(faultText({ code: 'STORE_BUSY', params: {} })).toMatch(/\[STORE_BUSY\]$/);
});
