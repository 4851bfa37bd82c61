/** What the tests of commands ask of the server beside which they run. */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Test } from 'tap'
import { pathOf } from '../conformance/paths.js'
import { askWhole, STORED_SYNTAX } from '../dicomweb-client.js'
import type { MadeInstance } from '../made-dicom.js'
import type { RunningServer } from '../server.js'

/** Files of the data folder below a folder of it. */
export function filesIn(server: RunningServer, folder: string): string[] {
  const entries = readdirSync(path.join(server.dataFolder, 'data', folder), {
    recursive: true,
    withFileTypes: true,
  })
  return entries.filter(entry => entry.isFile()).map(entry => entry.name)
}

export async function remove(server: RunningServer, where: string): Promise<void> {
  const { status } = await askWhole(server.url + where, { method: 'DELETE' })
  if (status !== 204) throw new Error(`answered ${status}`)
}

export async function isWhole(t: Test, server: RunningServer, image: MadeInstance): Promise<void> {
  const { bytes } = await askWhole(server.url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
  t.ok(bytes.equals(image.bytes))
}
