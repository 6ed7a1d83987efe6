/** Rows of numbers in fixed memory: when nobody drains it, the oldest rows go first. */
export class NumberRing {
  readonly #numbers: Float64Array;
  readonly #fields: number;
  readonly #capacity: number;
  #next = 0;
  #size = 0;

  constructor(fields: number, capacity = 65_536) {
    this.#fields = fields;
    this.#capacity = capacity;
    this.#numbers = new Float64Array(capacity * fields);
  }

  /** @param row as many numbers as the ring has fields */
  add(row: readonly number[]): void {
    this.#numbers.set(row, this.#next * this.#fields);
    this.#next = (this.#next + 1) % this.#capacity;
    this.#size = Math.min(this.#size + 1, this.#capacity);
  }

  /** @returns the rows since the last drain, oldest first. */
  drain(): number[][] {
    const start = (this.#next - this.#size + this.#capacity) % this.#capacity;
    const rows = Array.from({ length: this.#size }, (_, index) => {
      const at = ((start + index) % this.#capacity) * this.#fields;
      return [...this.#numbers.subarray(at, at + this.#fields)];
    });
    this.#size = 0;
    return rows;
  }
}
