import { defineConfig } from '@playwright/test';

// One at a time: each test starts Electron, a hub, an SFU worker and a browser.
export default defineConfig({
  testDir: 'test/e2e',
  // That of the types leads better-sqlite3 to its declarations, where the loader would look for code.
  tsconfig: './test/e2e/loader.tsconfig.json',
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  forbidOnly: process.env['CI'] !== undefined,
});
