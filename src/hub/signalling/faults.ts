/** What the routers of signalling answer for their own failures. */
export const SIGNALLING_FAULTS = {
  unknown: 'SIGNALLING_UNKNOWN_CALL',
  malformed: 'SIGNALLING_MALFORMED',
  output: 'SIGNALLING_OUTPUT_INVALID',
} as const;
