/**
 * Set-up could not go on for a reason outside this program. `message` says what happened and
 * `advice` what a person can do about it; both are printed as they are, without a stack.
 */
export class SetupFailure extends Error {
  override readonly name = 'SetupFailure';
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
