/** An archive in this process, without a server before it: what services do to index and blobs. */
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Test } from 'tap'
import { readConfig } from '../../src/config.js'
import type { Scope } from '../../src/dicom/instance-uids.js'
import type { DuplicatePolicy } from '../../src/index/archive-index.js'
import { openParts, type Parts } from '../../src/open-parts.js'
import { deleteService } from '../../src/services/delete.js'
import { instanceBytes } from '../../src/services/instance-bytes.js'
import { purgeService } from '../../src/services/purge.js'
import { restoreService, type RestoreResult } from '../../src/services/restore.js'
import { storeService } from '../../src/services/store.js'
import { tombstones } from '../../src/services/tombstones.js'
import { verifyService, type VerifyOptions } from '../../src/services/verify.js'
import type { Finding, VerifyCounts } from '../../src/services/verify-report.js'
import type { MadeInstance } from '../made-dicom.js'
import { temporaryFolder } from '../server.js'

export const DAY_MS = 86_400_000
const LIMITS = { instanceBytes: 2 ** 40, inflatedBytes: 2 ** 30 }
const CALLER = { name: undefined }

export interface Archive {
  /** as that of a server: index and blobs are in `data` below it */
  readonly dataFolder: string
  readonly parts: Parts
  /** @returns a word for each: stored, or failed and why */
  store(policy: DuplicatePolicy, ...images: Pick<MadeInstance, 'bytes'>[]): Promise<string[]>
  remove(scope: Scope): Promise<void>
  restore(scope: Scope, replaced?: boolean): Promise<RestoreResult>
  purge(): Promise<number>
  verify(options?: Partial<VerifyOptions>): Promise<VerifyCounts & { readonly findings: readonly Finding[] }>
  /** the whole file of what is live, as it is served */
  read(image: MadeInstance): Promise<Buffer>
}

/** @param dataFolder a new one by default */
export async function openArchive(t: Test, dataFolder = temporaryFolder(t)): Promise<Archive> {
  const parts = await openParts(readConfig({ FILMROOM_DATA: path.join(dataFolder, 'data') }))
  t.teardown(() => parts.close())
  const { index, blobs, cache } = parts
  const tombs = tombstones(index, blobs)
  const bytes = instanceBytes(blobs, cache)
  return {
    dataFolder,
    parts,
    async store(policy, ...images) {
      const service = storeService(index, blobs, tombs, policy, LIMITS, undefined)
      const { outcomes } = await service.store({ caller: CALLER, instances: incoming(images) })
      return outcomes.map(one => (one.kind === 'stored' ? 'stored' : one.detail))
    },
    remove: scope => deleteService(index, tombs).delete(CALLER, scope),
    restore: (scope, replaced = false) => restoreService(index, tombs, DAY_MS).restore(scope, replaced),
    purge: () => purgeService(index, blobs, cache, tombs, 0).purge(),
    async verify(options = {}) {
      const findings: Finding[] = []
      const counts = await verifyService(index, blobs, tombs).verify(
        { rateBytes: undefined, hash: true, repair: true, orphanAgeMs: DAY_MS, ...options },
        { found: finding => findings.push(finding), progress: () => undefined },
      )
      return { ...counts, findings }
    },
    async read(image) {
      const found = await index.find(image)
      if (found === undefined) throw new Error('it is not there')
      return Buffer.from(await bytes.read(found, { start: 0, end: found.sizeBytes }))
    },
  }
}

export const blobsOf = ({ dataFolder }: Pick<Archive, 'dataFolder'>): string =>
  path.join(dataFolder, 'data', 'blobs')

/** The files of all instances. */
export function blobFiles(archive: Pick<Archive, 'dataFolder'>): string[] {
  const root = blobsOf(archive)
  return readdirSync(root)
    .filter(name => /^[0-9a-f]{2}$/.test(name))
    .flatMap(folder => readdirSync(path.join(root, folder)).map(name => path.join(root, folder, name)))
    .sort()
}

/** The file of an instance: no other may have its size. */
export function blobOf(archive: Pick<Archive, 'dataFolder'>, { bytes }: Pick<MadeInstance, 'bytes'>): string {
  const [found, ...others] = blobFiles(archive).filter(file => statSync(file).size === bytes.length)
  if (found === undefined || others.length > 0) throw new Error('not exactly one blob of that size')
  return found
}

async function* incoming(
  images: readonly Pick<MadeInstance, 'bytes'>[],
): AsyncGenerator<{ bytes: AsyncIterable<Uint8Array> }> {
  for (const { bytes } of images) yield { bytes: pieces(bytes) }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16))
}
