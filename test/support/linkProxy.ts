// A network link that can be cut: one TCP port (HTTPS, WebSocket) and one UDP port (media) of a hub
// on another loopback address. Cut, it is a black hole: nothing is refused, nothing arrives, as when
// a router dies. Commands on stdin, one a line: down, up, quit. End of stdin ends it.
//
//   node test/support/linkProxy.ts --listen 127.0.0.2 --target 127.0.0.1 --tcp PORT --udp PORT
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    listen: { type: 'string', default: '127.0.0.2' },
    target: { type: 'string', default: '127.0.0.1' },
    tcp: { type: 'string' },
    udp: { type: 'string' },
  },
});
const { listen, target } = values;
const tcpPort = Number(values.tcp);
const udpPort = Number(values.udp);

let up = true;
const tcpSockets = new Set<Socket>();

function say(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** A cut link delivers nothing: its bytes wait in the sockets, as TCP would send them again. */
function relay(from: Socket, to: Socket): void {
  tcpSockets.add(from);
  from.on('data', (bytes) => to.write(bytes));
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => {
    tcpSockets.delete(from);
    to.destroy();
  });
  if (!up) {
    from.pause();
  }
}

const tcp = createServer((near) => {
  const far = connect(tcpPort, target);
  near.setNoDelay(true);
  far.setNoDelay(true);
  relay(near, far);
  relay(far, near);
});

const nearUdp = createSocket('udp4');
const farUdp = new Map<string, UdpSocket>();

/** One far socket a client keeps the answers apart, as a NAT does. */
function farSocketOf(port: number, address: string): UdpSocket {
  const key = `${address}:${port}`;
  const known = farUdp.get(key);
  if (known !== undefined) {
    return known;
  }
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => {
    if (up) {
      nearUdp.send(bytes, port, address);
    }
  });
  farUdp.set(key, socket);
  return socket;
}

nearUdp.on('message', (bytes, { port, address }) => {
  if (up) {
    farSocketOf(port, address).send(bytes, udpPort, target);
  }
});

function setLink(state: boolean): void {
  up = state;
  for (const socket of tcpSockets) {
    if (state) {
      socket.resume();
    } else {
      socket.pause();
    }
  }
  say({ event: state ? 'up' : 'down', atMs: Number(process.hrtime.bigint()) / 1e6 });
}

function quit(): void {
  process.exit(0);
}

const fail = (error: Error): void => {
  process.stderr.write(`link: ${error.message}\n`);
  process.exit(1);
};
tcp.on('error', fail);
nearUdp.on('error', fail);
nearUdp.bind(udpPort, listen, () => {
  tcp.listen(tcpPort, listen, () => say({ event: 'ready', listen, tcpPort, udpPort }));
});
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (line === 'down' || line === 'up') {
    setLink(line === 'up');
  } else if (line === 'quit') {
    quit();
  }
});
lines.on('close', quit);
