import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The bundle is committed and served by the Go binary under any path prefix: relative URLs, hashed names, and
// nothing in it that changes from one build to the next.
export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    // light-dark(), oklch and nesting are used as they are.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://localhost:8585' } },
  test: {
    testTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'logic', environment: 'node', include: ['src/**/*.test.ts'] } },
      { extends: true, test: { name: 'pages', environment: 'jsdom', include: ['src/**/*.test.tsx'], setupFiles: ['src/testing/setup.ts'] } },
    ],
  },
});
