// One file without imports: build/web/widget/kb-chat.js.

import {fileURLToPath} from 'node:url';

import {defineConfig, type Plugin} from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The widget must not take its sizes from the type size of the page around it: 1rem becomes a length of its own.
const ownRem: Plugin = {
  name: 'own-rem',
  enforce: 'pre',
  transform(code, id) {
    if (!/\.css\?inline$/.test(id)) return null;
    return code.replace(/(-?(?:\d*\.)?\d+)rem\b/g, 'calc($1 * var(--kj-rem, 16px))');
  },
};

// Indentation inside templates is of no use to anybody who loads them.
const flatTemplates: Plugin = {
  name: 'flat-templates',
  enforce: 'pre',
  transform(code, id) {
    return /\/widget\/(\w+_view|chat)\.ts$/.test(id) ? code.replace(/\n\s+/g, '\n') : null;
  },
};

export default defineConfig({
  root: here('.'),
  publicDir: false,
  logLevel: 'warn',
  plugins: [ownRem, flatTemplates],
  define: {'process.env.NODE_ENV': '"production"'},
  build: {
    target: ['chrome105', 'firefox110', 'safari16'],
    outDir: here('../../../build/web/widget'),
    emptyOutDir: false,
    minify: true,
    lib: {entry: here('main.ts'), formats: ['iife'], name: 'KbChatScript', fileName: () => 'kb-chat.js'},
  },
});
