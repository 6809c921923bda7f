/// <reference types="vitest/config" />
// Console and workbench: two pages that share their parts. Everything is in the build; nothing comes from another host.
import {fileURLToPath} from 'node:url';

import vue from '@vitejs/plugin-vue';
import {defineConfig} from 'vite';

const web = fileURLToPath(new URL('..', import.meta.url));
const gateway = process.env.KOUJING_GATEWAY;

export default defineConfig({
  root: web,
  base: '/',
  plugins: [vue()],
  resolve: {alias: {'@': web}},
  define: {__VUE_OPTIONS_API__: false, __INTLIFY_JIT_COMPILATION__: true},
  build: {
    outDir: process.env.KOUJING_WEB_OUT ?? `${web}/../../build/web`,
    emptyOutDir: false,
    assetsDir: 'assets',
    target: 'es2022',
    modulePreload: {polyfill: false},
    rollupOptions: {input: {console: `${web}/console/index.html`, workbench: `${web}/workbench/index.html`}},
  },
  server: gateway ? {proxy: {'^/hotline\\.': {target: gateway, changeOrigin: true}}} : {},
  test: {
    root: web,
    environment: 'happy-dom',
    include: ['{design,lib,ui,widget,console,workbench}/**/*_test.ts'],
  },
});
