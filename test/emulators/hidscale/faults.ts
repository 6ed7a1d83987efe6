export const HID_SCALE_FAULTS = {
  restless: { value: 1, meaning: 'whoever stands on it never stands still' },
  'under-zero': { value: 1, meaning: 'the empty scale reads below zero' },
  'over-limit': { value: 1, meaning: 'the person is heavier than the scale can weigh' },
  untared: { value: 1, meaning: 'the scale asks to be tared instead of weighing' },
  'short-report': { value: 5, meaning: 'one report in VALUE has lost its last byte' },
  'unknown-unit': { value: 1, meaning: 'the unit is a number that nobody has defined' },
  silent: { value: 5000, meaning: 'nothing more is sent after VALUE ms' },
} as const;
