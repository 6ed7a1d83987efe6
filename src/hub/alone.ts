// Entry of the hub that runs by itself: `npm run hub [-- --json]`.
import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Fault } from '../contracts/faults.ts';
import type { Role } from '../contracts/roles.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { readEnvironment } from './environment.ts';
import { type Hub, startHub } from './hub.ts';
import { jsonLinesLog } from './log.ts';

const ROOM = 'demo';
const TOKEN_LIFETIME = 12 * 60 * 60 * 1000;

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  if (words.some((word) => word !== '--json')) {
    console.error('Usage : npm run hub [-- --json]');
    return EXIT.usage;
  }
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const read = await readEnvironment(process.env, root);
  if (!read.ok) {
    return refuse(read.fault);
  }
  const log = jsonLinesLog((line) => process.stderr.write(line), SYSTEM_CLOCK.wall);
  const started = await startHub(read.value.settings, { log, clock: SYSTEM_CLOCK, randomBytes });
  if (!started.ok) {
    return refuse(started.fault);
  }
  const hub = started.value;
  announce(hub, read.value.publicHost, words.includes('--json'));
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await hub.close();
  return EXIT.ok;
}

function announce(hub: Hub, publicHost: string, asJson: boolean): void {
  const host = isIPv6(publicHost) ? `[${publicHost}]` : publicHost;
  const url = `https://${host}:${String(hub.port)}`;
  // In the fragment, which browsers do not send: no proxy and no access log ever holds a token.
  const linkFor = (role: Role) => `${url}/p/${ROOM}#token=${tokenFor(hub, role)}`;
  const nurseUrl = linkFor('nurse');
  const physicianUrl = linkFor('physician');
  if (asJson) {
    const { port, mediaPort, certificateSha256, spkiSha256, workerPid, mediasoup } = hub;
    const figures = { port, mediaPort, certificateSha256, spkiSha256, workerPid, mediasoup };
    console.log(JSON.stringify({ url, room: ROOM, nurseUrl, physicianUrl, ...figures }));
    return;
  }
  console.log(`Le hub de Chariot est prêt : ${url}
Médecin : ${physicianUrl}
Infirmier : ${nurseUrl}
Certificat (SHA-256) : ${hub.certificateSha256}
Ctrl+C l'arrête.

Chariot's hub is ready: ${url}
The links above let a physician and a nurse into the room "${ROOM}" for 12 hours. Ctrl+C stops it.`);
}

function tokenFor(hub: Hub, role: Role): string {
  const token = hub.issueToken({ room: ROOM, role, lifetimeMs: TOKEN_LIFETIME });
  if (!token.ok) {
    throw new Error(`no token: ${token.fault.code}`);
  }
  return token.value;
}

function refuse(fault: Fault): number {
  const detail = Object.values(fault.params ?? {}).join(' ');
  if (fault.code === 'HUB_PORT_IN_USE') {
    console.error(`Le port ${detail} est déjà pris ; en choisir un autre par CHARIOT_HUB_PORT ou CHARIOT_HUB_MEDIA_PORT.
Port ${detail} is already in use; choose another by CHARIOT_HUB_PORT or CHARIOT_HUB_MEDIA_PORT.`);
  } else {
    console.error(`Le hub n'a pas pu démarrer (${fault.code} ${detail}).
The hub could not start (${fault.code} ${detail}).`);
  }
  return EXIT.failed;
}

process.exitCode = await main();
