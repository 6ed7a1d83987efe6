import type { CytonCommand } from './commands.ts';
import { CHANNEL_COUNT } from './frame.ts';
import { type ChannelSettings, defaultChannel, type TestSignal } from './frontEnd.ts';
import { registerReport } from './registers.ts';

/** The board's own state: what commands change, without time and without a signal. */
export type Board = {
  channels: ChannelSettings[];
  test: TestSignal;
  /** What `~` was last set to; the radio link only ever carries 250 Hz. */
  rateHz: number;
};

/** What a command does beyond the board's settings. */
export type CommandOutcome = {
  readonly reply?: string;
  /** `restart`: the converter was stopped and started, the sample number begins at 0 again. */
  readonly stream?: 'start' | 'stop' | 'restart';
};

export const BANNER =
  'OpenBCI V3 8-16 channel\nOn Board ADS1299 Device ID: 0x3E\nLIS3DH Device ID: 0x33\nFirmware: v3.1.2\n$$$';
export const NO_BOARD = 'Failure: Communications timeout - Device failed to poll Host$$$';
const TIMEOUT =
  'Timeout processing multi byte message - please send all commands at once as of v2$$$';
const CHANNELS_OFF = '12345678';
const CHANNELS_ON = '!@#$%^&*';
const RATES = [16000, 8000, 4000, 2000, 1000, 500, 250];
const TESTS: Readonly<Record<string, TestSignal | 'ground'>> = {
  '0': 'ground',
  '-': { amplitude: 1, kind: 'slow' },
  '=': { amplitude: 1, kind: 'fast' },
  p: { amplitude: 2, kind: 'dc' },
  '[': { amplitude: 2, kind: 'slow' },
  ']': { amplitude: 2, kind: 'fast' },
};

export function createBoard(): Board {
  return {
    channels: Array.from({ length: CHANNEL_COUNT }, defaultChannel),
    test: { amplitude: 1, kind: 'slow' },
    rateHz: 250,
  };
}

function reset(board: Board): void {
  Object.assign(board, createBoard());
}

function setTest(board: Board, wanted: TestSignal | 'ground'): void {
  if (wanted !== 'ground') board.test = wanted;
  for (const channel of board.channels) {
    channel.powerDown = false;
    channel.input = wanted === 'ground' ? 1 : 5;
  }
}

/** Settings are confirmed only while the board is silent: in the stream there is no room for text. */
function confirmed(streaming: boolean, reply: string): CommandOutcome {
  return streaming ? { stream: 'restart' } : { reply };
}

function single(board: Board, char: string, streaming: boolean): CommandOutcome {
  const off = board.channels[CHANNELS_OFF.indexOf(char)];
  const on = board.channels[CHANNELS_ON.indexOf(char)];
  const test = Object.hasOwn(TESTS, char) ? TESTS[char] : undefined;
  if (off !== undefined || on !== undefined) {
    if (off !== undefined) off.powerDown = true;
    if (on !== undefined) on.powerDown = false;
    return streaming ? { stream: 'restart' } : {};
  }
  if (test !== undefined) {
    setTest(board, test);
    return confirmed(streaming, 'Success: Configured internal test signal.$$$');
  }
  switch (char) {
    case 'v':
      reset(board);
      return { reply: BANNER, stream: 'stop' };
    case 'b':
      board.rateHz = 250;
      return { stream: 'start' };
    case 's':
      return { stream: 'stop' };
    case 'd':
      board.channels = createBoard().channels;
      return confirmed(streaming, 'updating channel settings to default$$$');
    case 'D':
      return { reply: '060110$$$' };
    case '?':
      return streaming ? {} : { reply: registerReport(board.channels, board.test) };
    case 'V':
      return { reply: 'v3.1.2$$$' };
    case 'C':
      return { reply: 'no daisy to attach!8$$$' };
    default:
      return {};
  }
}

function setRate(board: Board, char: string, streaming: boolean): CommandOutcome {
  const answer = () => ({ reply: `Success: Sample rate is ${board.rateHz}Hz$$$` });
  if (char === '~') return answer();
  if (streaming) return {};
  if (!/\d/.test(char)) return { reply: 'Failure: invalid sample value$$$' };
  const rate = RATES[Number(char)];
  if (rate === undefined) return { reply: 'Failure: sample value out of bounds$$$' };
  board.rateHz = rate;
  return answer();
}

function setLeadOff(
  board: Board,
  command: Extract<CytonCommand, { kind: 'leadOff' }>,
  streaming: boolean,
): CommandOutcome {
  const channel = board.channels[command.channel];
  if (channel === undefined) return {};
  Object.assign(channel, { leadOffP: command.p, leadOffN: command.n });
  return confirmed(streaming, `Success: Lead off set for ${command.channel + 1}$$$`);
}

function setChannel(
  board: Board,
  command: Extract<CytonCommand, { kind: 'channel' }>,
  streaming: boolean,
): CommandOutcome {
  const channel = board.channels[command.channel];
  if (channel === undefined) return {};
  const [power, gainCode, input, bias, srb2, srb1] = command.digits;
  Object.assign(channel, { powerDown: power === 1, gainCode, input, bias: bias === 1 });
  Object.assign(channel, { srb2: srb2 === 1, srb1: srb1 === 1 });
  return confirmed(streaming, `Success: Channel set for ${command.channel + 1}$$$`);
}

/** Carries out one command. Channels that an 8-channel board does not have are ignored. */
export function runCommand(
  board: Board,
  command: CytonCommand,
  streaming: boolean,
): CommandOutcome {
  const { kind } = command;
  if (kind === 'single') return single(board, command.char, streaming);
  if (kind === 'rate') return setRate(board, command.char, streaming);
  if (kind === 'timeout') return { reply: TIMEOUT };
  if (kind === 'malformed') return streaming ? {} : { reply: `Failure: ${command.why}$$$` };
  if (kind === 'leadOff') return setLeadOff(board, command, streaming);
  if (kind === 'channel') return setChannel(board, command, streaming);
  return command.char === '/' || command.char === '0' ? { reply: 'Success: default$$$' } : {};
}
