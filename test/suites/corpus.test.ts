/** Every file of the corpus goes in by a request of its own and comes back byte for byte, or is refused with a reason. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { corpusFiles, withoutCorpus, type CorpusFile } from '../corpus.js'
import { askDigest, instancePath, search, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { startServer, type RunningServer } from '../server.js'

const OTHER_CONTENT = 0x0111
const CANNOT_UNDERSTAND = 0xc000
/** Outside bad/: what cannot be stored, and what bears the UID of an earlier file with other bytes. */
const EXPECTED_WITHOUT_UIDS = 59
const EXPECTED_DUPLICATES = 76

t.setTimeout(0)

t.test('the whole corpus, file by file', { skip: withoutCorpus() }, async t => {
  const server = await startServer(t)
  const stored = new Map<string, CorpusFile>()
  const duplicates: CorpusFile[] = []
  const withoutUids: string[] = []
  const outcomes: Record<string, Record<string, number>> = {}
  // What is in bad/ may bear the UIDs of good files: it comes last.
  const isBad = (file: CorpusFile): boolean => file.path.startsWith('bad/')
  const files = corpusFiles()
  for (const file of [...files.filter(one => !isBad(one)), ...files.filter(isBad)]) {
    const answer = await store(server.url, [readFileSync(file.file)])
    const [uid] = answer.stored
    const reason = answer.failed[0]
    const outcome = `${answer.status} ${uid === undefined ? `failed ${reason?.toString(16) ?? ''}` : 'stored'}`
    const folder = (outcomes[isBad(file) ? 'bad/' : 'others'] ??= {})
    folder[outcome] = (folder[outcome] ?? 0) + 1
    if (uid !== undefined) {
      // Identical files are one instance.
      if (!stored.has(uid)) stored.set(uid, file)
    } else if (reason === OTHER_CONTENT) duplicates.push(file)
    else if (isBad(file)) continue
    else if (reason === CANNOT_UNDERSTAND) withoutUids.push(file.path)
    else t.fail(`${file.path}: ${outcome}`)
  }
  t.comment(JSON.stringify(outcomes))
  t.equal(withoutUids.length, EXPECTED_WITHOUT_UIDS, 'files without the UIDs are refused')
  t.equal(
    duplicates.filter(file => !isBad(file)).length,
    EXPECTED_DUPLICATES,
    'files whose UID came before with other bytes are refused',
  )

  const rows = await search(`${server.url}/instances`)
  t.equal(rows.length, stored.size, 'what was stored is found, and nothing else')
  for (const row of rows) {
    const file = stored.get(String(row['00080018']?.Value?.[0]))
    if (file === undefined) t.fail('an instance is found that was never stored')
    else await comesBack(t, server, instancePath(row), file)
  }
  await server.stop()

  for (const [number, archive] of archivesFor(duplicates).entries()) {
    const another = await startServer(t)
    for (const file of archive) {
      const answer = await store(another.url, [readFileSync(file.file)])
      const [uid] = answer.stored
      const [row] = await search(`${another.url}/instances?SOPInstanceUID=${uid ?? ''}`)
      if (uid === undefined || row === undefined) t.fail(`${file.path} is answered ${answer.status}`)
      else await comesBack(t, another, instancePath(row), file)
    }
    t.equal((await search(`${another.url}/instances`)).length, archive.length, `archive ${number + 2}`)
    await another.stop()
  }
})

/** As few archives as it takes for none to hold two files of one SOP Instance UID. */
function archivesFor(files: readonly CorpusFile[]): CorpusFile[][] {
  const archives: CorpusFile[][] = []
  const used = new Map<string, number>()
  for (const file of files) {
    const uid = file.columns['sop_instance_uid'] ?? ''
    const number = used.get(uid) ?? 0
    used.set(uid, number + 1)
    ;(archives[number] ??= []).push(file)
  }
  return archives
}

async function comesBack(t: Test, server: RunningServer, path: string, file: CorpusFile): Promise<void> {
  const got = await askDigest(server.url + path, STORED_SYNTAX)
  const sha256 = createHash('sha256').update(readFileSync(file.file)).digest('hex')
  t.equal(got.sha256, sha256, `${file.path} comes back byte for byte`)
}
