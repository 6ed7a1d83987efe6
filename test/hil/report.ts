import type { CheckResult } from './control.ts';

const SECOND = 1000;

/** Prints as results come; `end` says whether all is well. */
export function createReport(print: (line: string) => void = (line) => console.log(line)) {
  const started = performance.now();
  const elapsed = (): string =>
    `${((performance.now() - started) / SECOND).toFixed(1).padStart(6)} s`;
  const results: CheckResult[] = [];
  return {
    result: (result: CheckResult): void => {
      results.push(result);
      const word = result.passed ? 'PASS' : 'FAIL';
      print(
        `${elapsed()}  ${word}  ${result.name}${result.detail === '' ? '' : `: ${result.detail}`}`,
      );
    },
    note: (text: string): void => print(`${elapsed()}        ${text}`),
    /** True: there were results, the last part was reached, and none failed. */
    end: (): boolean => {
      const failed = results.filter(({ passed }) => !passed).length;
      const isWhole = results.some(({ name }) => name === LAST_CHECK);
      if (!isWhole) print(`${elapsed()}  FAIL  the guest ended before its last check`);
      print(`${results.length - failed} passed, ${failed} failed, ${elapsed().trim()}`);
      return failed === 0 && isWhole;
    },
  };
}

export type Report = ReturnType<typeof createReport>;

/** What a whole run reports at its end; without it the guest broke off. */
export const LAST_CHECK = 'guest reached its end';
