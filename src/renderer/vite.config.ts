import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { InlineConfig, Plugin } from 'vite';

/**
 * One source, built for each place it runs in:
 * - cart: the Electron window, served from app://chariot/;
 * - physician: the browser, served by the hub from its root;
 * - bench: the ECG view alone, for measuring.
 */
export const RENDERER_TARGETS = ['cart', 'physician', 'bench'] as const;
export type RendererTarget = (typeof RENDERER_TARGETS)[number];

const PAGES: Record<RendererTarget, string> = {
  cart: 'cart.html',
  physician: 'physician.html',
  bench: 'features/ecg/bench.html',
};
/** The cart runs in Chromium 130 or later; physicians come with any current browser. */
const BROWSERS: Record<RendererTarget, string[]> = {
  cart: ['chrome130'],
  physician: ['chrome114', 'firefox120', 'safari17'],
  bench: ['chrome130'],
};

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** @returns configuration for Vite's `build`; output is dist/renderer/<target>/index.html. */
export function rendererBuild(target: RendererTarget): InlineConfig {
  return {
    configFile: false,
    root: here('./'),
    base: target === 'physician' ? '/' : './',
    publicDir: false,
    logLevel: 'warn',
    plugins: [react(), indexHtml(PAGES[target])],
    build: {
      outDir: here(`../../dist/renderer/${target}`),
      emptyOutDir: true,
      target: BROWSERS[target],
      // The pages' CSP allows no inline code and no data: scripts.
      modulePreload: { polyfill: false },
      // One file a page: it comes from the same machine or is kept by the browser.
      chunkSizeWarningLimit: 1000,
      assetsInlineLimit: 0,
      rollupOptions: { input: here(`./${PAGES[target]}`) },
    },
  };
}

/** Each build has one page; whoever serves it looks for index.html. */
function indexHtml(page: string): Plugin {
  return {
    name: 'chariot:index-html',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const asset = bundle[page];
        if (asset !== undefined) {
          asset.fileName = 'index.html';
        }
      },
    },
  };
}
