import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SIGNALLING_MAX_BYTES } from '../../contracts/signalling.ts';
import { readMessage } from './message.ts';

const read = (text: string, isBinary = false) => readMessage(Buffer.from(text), isBinary);

it.each([
  ['text that is no JSON', '{', null],
  ['another JSON value', '[1]', null],
  ['a negative id', '{"id":-1,"call":"leave","input":{}}', null],
  ['a call that is no string', '{"id":7,"call":3}', 7],
  ['a call of endless name', JSON.stringify({ id: 8, call: 'x'.repeat(65), input: {} }), 8],
])('answers %s, with the id where it can be read', (_what, text, id) => {
  expect(read(text)).toEqual({ ok: false, id, code: 'SIGNALLING_MALFORMED' });
});

it('refuses binary and what is too large', () => {
  expect(read('{"id":1,"call":"leave","input":{}}', true)).toMatchObject({
    code: 'SIGNALLING_MALFORMED',
  });
  expect(read(' '.repeat(SIGNALLING_MAX_BYTES + 1))).toMatchObject({
    code: 'SIGNALLING_TOO_LARGE',
  });
});

it('never throws, whatever arrives', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), fc.boolean(), (text, isBinary) => {
      expect(typeof read(text, isBinary).ok).toBe('boolean');
    }),
  );
});
