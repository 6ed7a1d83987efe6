// Run inside the Electron that will load the add-on (as Node): an encrypted database is written,
// read with its key, refused with another, is not plain on disk, and references outlive a garbage
// collection. argv: better-sqlite3 package, add-on, empty folder.
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const [packageFolder, nativeBinding, folder] = process.argv.slice(2);
const Database = require(packageFolder);
const file = path.join(folder, 'smoke.db');
const MARK = 'readable-mark';

function open(key) {
  const db = new Database(file, { nativeBinding });
  db.pragma("cipher='sqlcipher'");
  db.key(Buffer.alloc(32, key));
  return db;
}

function outcomeOf(action) {
  try {
    return action();
  } catch (error) {
    return error.code;
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const writer = open(1);
writer.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT) STRICT');
const insert = writer.prepare('INSERT INTO t (text) VALUES (@text)');
for (let i = 0; i < 500; i += 1) {
  insert.run({ text: `${MARK} ${i}` });
  if (i % 100 === 0) collectGarbage();
}
writer.function('twice', (n) => n * 2);
const select = writer.prepare('SELECT count(*) AS rows, twice(21) AS answer FROM t');
collectGarbage();
const written = select.get();
writer.close();

const reader = open(1);
const right = outcomeOf(() => reader.prepare('SELECT count(*) AS rows FROM t').get().rows);
reader.close();
const stranger = open(2);
const wrong = outcomeOf(() => stranger.prepare('SELECT count(*) AS rows FROM t').get().rows);
stranger.close();

const plainOnDisk = readFileSync(file).includes(MARK);
console.log(`smoke:${JSON.stringify({ ...written, right, wrong, plainOnDisk })}`);
