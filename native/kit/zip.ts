import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/** One member of an archive, from its central directory (PKWARE APPNOTE 6.3.10, section 4.3.12). */
interface Member {
  readonly name: string;
  readonly method: number;
  readonly packedSize: number;
  readonly offset: number;
  readonly mode: number;
}

const END_SIGNATURE = 0x06054b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks the chosen members of a ZIP file; a bare Debian has no unzip. `target` maps a member's
 * name to its path below `folder`, or null to leave it out. ZIP64 is not read and is refused.
 */
export async function unzip(
  archive: string,
  folder: string,
  target: (name: string) => string | null,
): Promise<void> {
  const handle = await open(archive, 'r');
  try {
    for (const member of await readDirectory(handle)) {
      const relative = member.name.endsWith('/') ? null : target(member.name);
      if (relative !== null) await extract(handle, archive, member, inside(folder, relative));
    }
  } finally {
    await handle.close();
  }
}

async function readDirectory(handle: FileHandle): Promise<Member[]> {
  const { size } = await handle.stat();
  // The end record is 22 bytes and may be followed by a comment of up to 65535.
  const end = await readAt(handle, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const at = end.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at < 0 || end.readUInt32LE(at) !== END_SIGNATURE) throw new Error('not a ZIP file');
  const count = end.readUInt16LE(at + 10);
  const start = end.readUInt32LE(at + 16);
  if (count === 0xffff || start === 0xffffffff) throw new Error('ZIP64 is not supported');
  const directory = await readAt(handle, start, end.readUInt32LE(at + 12));
  const members: Member[] = [];
  for (let cursor = 0; members.length < count; ) {
    if (directory.readUInt32LE(cursor) !== DIRECTORY_SIGNATURE) throw new Error('damaged ZIP file');
    const nameLength = directory.readUInt16LE(cursor + 28);
    members.push({
      name: directory.toString('utf8', cursor + 46, cursor + 46 + nameLength),
      method: directory.readUInt16LE(cursor + 10),
      packedSize: directory.readUInt32LE(cursor + 20),
      offset: directory.readUInt32LE(cursor + 42),
      mode: directory.readUInt32LE(cursor + 38) >>> 16,
    });
    cursor +=
      46 + nameLength + directory.readUInt16LE(cursor + 30) + directory.readUInt16LE(cursor + 32);
  }
  return members;
}

async function extract(handle: FileHandle, archive: string, member: Member, file: string) {
  const header = await readAt(handle, member.offset, 30);
  const start = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  mkdirSync(path.dirname(file), { recursive: true });
  const out = createWriteStream(file, { mode: (member.mode & 0o111) === 0 ? 0o644 : 0o755 });
  if (member.packedSize === 0) {
    out.end();
    return;
  }
  const packed = createReadStream(archive, { start, end: start + member.packedSize - 1 });
  if (member.method === STORED) await pipeline(packed, out);
  else if (member.method === DEFLATED) await pipeline(packed, createInflateRaw(), out);
  else throw new Error(`ZIP method ${member.method} is not supported`);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error('truncated ZIP file');
  return buffer;
}

/** An archive must not be able to write outside the folder it is unpacked to. */
function inside(folder: string, relative: string): string {
  const file = path.resolve(folder, relative);
  if (!file.startsWith(path.resolve(folder) + path.sep)) throw new Error(`unsafe path ${relative}`);
  return file;
}
