type Waiting = { readonly sequence: number; readonly length: number };

/**
 * One IN endpoint: buffers that the host holds ready, and transfers that wait for one. A buffer
 * without data stays unanswered: that is how USB's NAK reads in USB/IP.
 */
export function createEndpointQueue(
  complete: (sequence: number, bytes: Uint8Array) => void,
  keptBytes: number,
) {
  const waiting: Waiting[] = [];
  const kept: Uint8Array[] = [];
  let bytesKept = 0;

  const settle = (): void => {
    for (;;) {
      const bytes = kept[0];
      const buffer = bytes === undefined ? undefined : waiting.shift();
      if (bytes === undefined || buffer === undefined) return;
      const part = bytes.subarray(0, buffer.length);
      bytesKept -= part.length;
      if (part.length === bytes.length) kept.shift();
      else kept[0] = bytes.subarray(part.length);
      complete(buffer.sequence, part);
    }
  };
  return {
    /** False: too much is kept already, and these bytes are lost. */
    send: (bytes: Uint8Array): boolean => {
      if (bytesKept + bytes.length > keptBytes) return false;
      kept.push(bytes);
      bytesKept += bytes.length;
      settle();
      return true;
    },
    submit: (sequence: number, length: number): void => {
      waiting.push({ sequence, length });
      settle();
    },
    /** True when the buffer was still waiting: it is never answered now. */
    cancel: (sequence: number): boolean => {
      const at = waiting.findIndex((each) => each.sequence === sequence);
      if (at >= 0) waiting.splice(at, 1);
      return at >= 0;
    },
    waiting: (): readonly number[] => waiting.map(({ length }) => length),
  };
}

export type EndpointQueue = ReturnType<typeof createEndpointQueue>;
