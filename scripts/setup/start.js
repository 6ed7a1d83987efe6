// Plain JavaScript, so that a Node too old for TypeScript can still say so in plain words.
import { fileURLToPath } from 'node:url';

/** The first release that runs TypeScript files without a flag and without a warning. */
const OLDEST = [22, 18];

/** @param {string} version such as `22.18.0` */
export function isTooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (isTooOld(process.versions.node)) {
    console.error(
      `Chariot needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node}.`,
    );
    console.error('On x86-64 Linux "npm ci" brings one: use "npm start", "npm test" or "npm run".');
    console.error('Elsewhere install a current Node from https://nodejs.org and try again.');
    process.exit(1);
  }
  await import('../setup.ts');
}
