/** OHIF as `.ci/ohif` fetched it, Debian's Chromium, and what joins them (../shared/tools/ohif). */
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

export const OHIF = process.env['OHIF_CACHE'] ?? '/tmp/filmroom-ci/ohif'
export const DIST = path.join(OHIF, 'package', 'dist')
export const TOOLS = path.resolve(process.env['OHIF_TOOLS'] ?? '../shared/tools/ohif')
export const CHROMIUM = '/usr/bin/chromium'
/** screenshots, for a person to look at */
export const SCREENSHOTS = path.resolve('ohif-e2e')

/** What is missing to drive OHIF, in words; in CI nothing may be. */
export function withoutBrowser(): string | false {
  const needed = [CHROMIUM, path.join(TOOLS, 'e2e.mjs'), DIST, path.join(OHIF, 'node_modules')]
  const missing = needed.filter(one => !existsSync(one))
  if (missing.length === 0) return false
  if (process.env['CI'] === 'true') throw new Error(`missing: ${missing.join(', ')}`)
  return `missing: ${missing.join(', ')} (see .ci/ohif)`
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Serves the viewer, which asks the DICOMweb server itself (CORS). */
export async function serveViewer(
  port: number,
  dicomweb: string,
): Promise<{ readonly url: string; close(): Promise<unknown> }> {
  const serve = (await import(pathToFileURL(path.join(TOOLS, 'serve.mjs')).href)) as {
    start(options: object): Promise<{ url: string; close(): Promise<unknown> }>
  }
  return serve.start({ dist: DIST, dicomweb, port, mode: 'direct' })
}

/** What is used of playwright-core, which is no dependency of the project. */
export interface Page {
  goto(url: string, options: { readonly timeout: number }): Promise<unknown>
  /** @param expression of the page's own JavaScript */
  evaluate(expression: string): Promise<unknown>
  screenshot(options: { readonly path: string }): Promise<unknown>
  on(event: 'console', seen: (message: { type(): string; text(): string }) => void): void
  on(event: 'pageerror', seen: (error: Error) => void): void
  on(
    event: 'response',
    seen: (response: {
      status(): number
      url(): string
      headers(): Readonly<Record<string, string>>
    }) => void,
  ): void
  on(
    event: 'requestfailed',
    seen: (request: { url(): string; failure(): { readonly errorText: string } | null }) => void,
  ): void
  close(): Promise<void>
}

export interface Browser {
  newPage(options: { readonly viewport: { readonly width: number; readonly height: number } }): Promise<Page>
  close(): Promise<void>
}

/** Without a GPU, and without a way out of this machine. */
export async function startBrowser(): Promise<Browser> {
  const { chromium } = createRequire(path.join(OHIF, 'here.js'))('playwright-core') as {
    chromium: { launch(options: object): Promise<Browser> }
  }
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
      ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
      ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  })
}
