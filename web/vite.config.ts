import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const backend = process.env.SEVENFOLD_URL ?? 'http://127.0.0.1:7000';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { target: 'es2023', chunkSizeWarningLimit: 700, reportCompressedSize: false },
  server: { proxy: { '/api': backend, '^/f/': backend } },
});
