import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { SIGNALLING_PATH, SIGNALLING_PROTOCOL } from '../../contracts/signalling.ts';
import { refusalStatus } from './gate.ts';

function request(headers: Record<string, string>, url: string = SIGNALLING_PATH): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.url = url;
  message.headers = {
    host: 'cart.local:7443',
    'sec-websocket-protocol': SIGNALLING_PROTOCOL,
    ...headers,
  };
  return message;
}

it.each(['https://cart.local:7443', 'app://chariot'])('lets origin %s in', (origin) => {
  expect(refusalStatus(request({ origin }))).toBeNull();
});

it('lets a program in, which names no origin', () => {
  expect(refusalStatus(request({}))).toBeNull();
});

it.each([
  'https://cart.local',
  'http://cart.local:7443',
  'https://evil.example',
  'app://other',
  'null',
])('refuses origin %s', (origin) => {
  expect(refusalStatus(request({ origin }))).toBe(403);
});

it('refuses another path and another protocol', () => {
  expect(refusalStatus(request({}, '/elsewhere'))).toBe(404);
  expect(refusalStatus(request({ 'sec-websocket-protocol': 'chat' }))).toBe(400);
});
