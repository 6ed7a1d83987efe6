import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What the other side told of its ICE agent. */
export interface IceCredentials {
  readonly usernameFragment: string;
  readonly password: string;
}

const MAGIC_COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const HEADER_BYTES = 20;

const ATTRIBUTE = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  iceControlling: 0x802a,
} as const;

/**
 * A connectivity check that nominates its path at once (RFC 8445 sections 7.1 and 8.1.1; layout of
 * RFC 8489 section 5). The other side answers it only with the right password.
 */
export function bindingRequest(remote: IceCredentials): Buffer {
  let message: Buffer = Buffer.alloc(HEADER_BYTES);
  message.writeUInt16BE(BINDING_REQUEST, 0);
  message.writeUInt32BE(MAGIC_COOKIE, 4);
  randomBytes(12).copy(message, 8);
  const priority = Buffer.from([0x6e, 0xff, 0xff, 0xff]);
  message = append(message, ATTRIBUTE.username, Buffer.from(`${remote.usernameFragment}:smoke`));
  message = append(message, ATTRIBUTE.priority, priority);
  message = append(message, ATTRIBUTE.iceControlling, randomBytes(8));
  message = append(message, ATTRIBUTE.useCandidate, Buffer.alloc(0));
  // Both checksums cover a header whose length already counts their own attribute.
  const forHmac = withLength(message, 24);
  const hmac = createHmac('sha1', remote.password).update(forHmac).digest();
  message = append(message, ATTRIBUTE.messageIntegrity, hmac);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(withLength(message, 8)) ^ 0x5354554e) >>> 0, 0);
  return append(message, ATTRIBUTE.fingerprint, fingerprint);
}

/** True for the answer that accepts a connectivity check. */
export function isBindingSuccess(datagram: Buffer): boolean {
  return datagram.length >= HEADER_BYTES && datagram.readUInt16BE(0) === BINDING_SUCCESS;
}

function append(message: Buffer, type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  const padding = Buffer.alloc((4 - (value.length % 4)) % 4);
  return withLength(Buffer.concat([message, head, value, padding]), 0);
}

/** A copy whose header counts `more` bytes beyond those that are there. */
function withLength(message: Buffer, more: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(message.length - HEADER_BYTES + more, 2);
  return copy;
}
