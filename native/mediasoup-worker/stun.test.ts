import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bindingRequest, isBindingSuccess } from './stun.ts';

const REMOTE = { usernameFragment: 'evtj', password: 'VOkJxbRl1RmTxUk/WvJxBt' };

/** Type -> [offset of the attribute, value]; the checks below are made apart from the encoder. */
function attributesOf(message: Buffer) {
  const found = new Map<number, { at: number; value: Buffer }>();
  for (let at = 20; at < message.length; ) {
    const length = message.readUInt16BE(at + 2);
    found.set(message.readUInt16BE(at), { at, value: message.subarray(at + 4, at + 4 + length) });
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return found;
}

function withCountedLength(message: Buffer, end: number, counted: number): Buffer {
  const copy = Buffer.from(message.subarray(0, end));
  copy.writeUInt16BE(counted - 20, 2);
  return copy;
}

describe('connectivity check', () => {
  const message = bindingRequest(REMOTE);
  const attributes = attributesOf(message);

  it('is a binding request that counts its own bytes', () => {
    expect(message.readUInt16BE(0)).toBe(1);
    expect(message.readUInt16BE(2)).toBe(message.length - 20);
    expect(message.readUInt32BE(4)).toBe(0x2112a442);
    expect(attributes.get(0x0006)?.value.toString()).toBe('evtj:smoke');
  });

  it('is signed with the password (RFC 8489 section 14.5)', () => {
    const { at = 0, value } = attributes.get(0x0008) ?? {};
    const covered = withCountedLength(message, at, at + 24);
    const expected = createHmac('sha1', REMOTE.password).update(covered).digest('hex');
    expect(value?.toString('hex')).toBe(expected);
  });

  it('ends with its fingerprint (RFC 8489 section 14.7)', () => {
    const { at = 0, value } = attributes.get(0x8028) ?? {};
    expect(at + 8).toBe(message.length);
    const covered = withCountedLength(message, at, at + 8);
    expect(value?.readUInt32BE(0)).toBe((crc32(covered) ^ 0x5354554e) >>> 0);
  });

  it('takes only a success for an answer', () => {
    const answer = Buffer.alloc(20);
    answer.writeUInt16BE(0x0101, 0);
    expect(isBindingSuccess(answer)).toBe(true);
    expect(isBindingSuccess(message)).toBe(false);
    expect(isBindingSuccess(answer.subarray(0, 19))).toBe(false);
  });
});
