import type { Result } from '../../contracts/faults.ts';

/** Remembers what a request made while it lives, so that a repeat makes nothing new. */
export class Requests {
  readonly #answers = new Map<string, Promise<Result<string>>>();

  /** @returns the former answer to this request, or that of `run`; failures are forgotten. */
  async once(requestId: string, run: () => Promise<Result<string>>): Promise<Result<string>> {
    const former = this.#answers.get(requestId);
    if (former !== undefined) {
      return await former;
    }
    const running = run();
    this.#answers.set(requestId, running);
    const answer = await running;
    if (!answer.ok) {
      this.#answers.delete(requestId);
    }
    return answer;
  }

  /** What the request made has ended. */
  forget(requestId: string): void {
    this.#answers.delete(requestId);
  }
}
