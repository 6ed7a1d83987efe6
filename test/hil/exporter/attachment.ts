import { createEndpointQueue, type EndpointQueue } from './endpointQueue.ts';
import { readSetup, type UsbDeviceModel, type UsbFunction } from './model.ts';
import { standardAnswer, statusAnswer } from './standardRequests.ts';
import { type SubmitCommand, submitReply, URB_STATUS, unlinkReply } from './wire.ts';

/** A host that imported a device: its URBs in, their completions out. */
export function createAttachment(
  model: UsbDeviceModel,
  write: (bytes: Uint8Array) => void,
  disconnect: () => void,
) {
  const queues = new Map<number, EndpointQueue>();
  let isAttached = true;
  const queueOf = (endpoint: number): EndpointQueue => {
    const known = queues.get(endpoint);
    if (known !== undefined) return known;
    const made = createEndpointQueue((sequence, bytes) => {
      write(submitReply(sequence, URB_STATUS.ok, bytes.length, bytes));
    }, model.keptBytes);
    queues.set(endpoint, made);
    return made;
  };
  const usb: UsbFunction = model.attach({
    send: (endpoint, bytes) => isAttached && queueOf(endpoint).send(bytes),
    waiting: (endpoint) => queueOf(endpoint).waiting(),
    disconnect,
  });

  const control = (command: SubmitCommand, data: Uint8Array): void => {
    const setup = readSetup(command.setup);
    const own = (): Uint8Array | null => usb.control(setup, data);
    const standard = statusAnswer(setup, own) ?? standardAnswer(model, setup);
    const answer = standard === undefined ? own() : standard;
    if (answer === null) {
      write(submitReply(command.sequence, URB_STATUS.stalled, 0));
    } else if (command.isIn) {
      const part = answer.subarray(0, Math.min(command.length, setup.length));
      write(submitReply(command.sequence, URB_STATUS.ok, part.length, part));
    } else {
      write(submitReply(command.sequence, URB_STATUS.ok, data.length));
    }
  };
  const submit = (command: SubmitCommand, data: Uint8Array): void => {
    if (command.isIsochronous) {
      write(submitReply(command.sequence, URB_STATUS.notSupported, 0));
    } else if (command.endpoint === 0) {
      control(command, data);
    } else if (command.isIn) {
      queueOf(command.endpoint).submit(command.sequence, command.length);
      if (queueOf(command.endpoint).waiting().length > 0) usb.demanded?.(command.endpoint);
    } else {
      write(submitReply(command.sequence, URB_STATUS.ok, data.length));
      usb.receive(command.endpoint, data);
    }
  };
  return {
    /** @param data what an OUT transfer carries, else empty. */
    submit,
    unlink: (sequence: number, target: number): void => {
      const wasWaiting = [...queues.values()].some((queue) => queue.cancel(target));
      // 0 tells the host that the completion has been sent before this answer.
      write(unlinkReply(sequence, wasWaiting ? URB_STATUS.unlinked : URB_STATUS.ok));
    },
    detach: (): void => {
      if (!isAttached) return;
      isAttached = false;
      usb.detached();
    },
  };
}

export type Attachment = ReturnType<typeof createAttachment>;
