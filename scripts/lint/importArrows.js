// Oxlint plugin: the import arrows of docs/architecture.md. Paths are resolved, so that a folder
// of the same name inside an area is no false alarm.
import path from 'node:path';

const SHARED = ['contracts', 'signal'];

/** Area -> areas of src that it may import besides itself. */
export const ARROWS = {
  contracts: [],
  signal: ['contracts'],
  record: ['contracts'],
  devices: [...SHARED, 'record'],
  main: [...SHARED, 'record'],
  preload: ['contracts'],
  renderer: SHARED,
  hub: SHARED,
  cli: [...SHARED, 'record', 'devices', 'main'],
};

const ELECTRON_FOLDERS = ['main/app', 'main/security', 'preload'];

function areaOf(sourceRelative) {
  return sourceRelative.split('/')[0];
}

/** @returns why `specifier` may not be imported by `file`, or null. Both use forward slashes. */
export function refusal(file, specifier) {
  const at = file.lastIndexOf('/src/');
  if (at < 0) {
    return null;
  }
  const root = file.slice(0, at);
  const own = file.slice(at + '/src/'.length);
  const area = areaOf(own);
  if (!(area in ARROWS)) {
    return `src/${area} is no area of the architecture`;
  }
  if (!specifier.startsWith('.')) {
    return packageRefusal(own, area, specifier);
  }
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!target.startsWith(`${root}/src/`)) {
    return target.startsWith(`${root}/resources/`) ? null : 'src imports only what lies in src';
  }
  const targetArea = areaOf(target.slice(root.length + '/src/'.length));
  if (targetArea === area || ARROWS[area].includes(targetArea)) {
    return null;
  }
  return `src/${area} may not import src/${targetArea}`;
}

function packageRefusal(own, area, specifier) {
  const isTest = /\.test\.tsx?$/.test(own);
  if (specifier === 'electron' || specifier.startsWith('electron/')) {
    const allowed = ELECTRON_FOLDERS.some((folder) => own.startsWith(`${folder}/`));
    return allowed ? null : 'electron is imported only in main/app, main/security and preload';
  }
  if (area === 'contracts' && specifier !== 'zod' && !isTest) {
    return 'src/contracts imports nothing but zod';
  }
  if (area === 'signal' && !isTest) {
    return 'src/signal imports only src/contracts';
  }
  return null;
}

const rule = {
  create(context) {
    const file = (context.physicalFilename ?? context.filename).replaceAll('\\', '/');
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') {
        return;
      }
      const reason = refusal(file, specifier);
      if (reason !== null) {
        context.report({ node, message: `${reason} ('${specifier}')` });
      }
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { meta: { name: 'chariot' }, rules: { 'import-arrows': rule } };
