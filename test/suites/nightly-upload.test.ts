/** docs/nightly-upload.sh with the corpus (FILMROOM_ALL_FILES=true: all of it, else few slices of the long series). */
import { execFile } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { sampledCorpusFiles, withoutCorpus } from '../corpus.js'
import { startServer, temporaryFolder } from '../server.js'

/** Files outside bad/ that a store has to refuse, by what the corpus is: without one of the four UIDs, or with a SOP
 *  Instance UID that another file has with other bytes. */
const WITHOUT_UIDS = 59
const UID_TAKEN = 76

t.test('nightly-upload.sh sends the corpus to the running program', { skip: withoutCorpus() }, async t => {
  const server = await startServer(t)
  const work = temporaryFolder(t)
  const files = sampledCorpusFiles().filter(each => !each.path.startsWith('bad/'))
  for (const each of files) cpSync(each.file, path.join(work, 'outbox', each.path))
  const upload = (): Promise<string> =>
    new Promise(resolve => {
      const parameters = ['-m', '0', '-n', '6', `${server.url}/studies`, 'outbox', 'ledger']
      execFile(path.resolve('docs/nightly-upload.sh'), parameters, { cwd: work }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      )
    })

  const first = await upload()
  const refused = (reason: string): number =>
    first.match(new RegExp(`REFUSED .*failure reason ${reason}`, 'g'))?.length ?? 0
  t.equal(refused('C000H'), WITHOUT_UIDS)
  t.equal(refused('0111H'), UID_TAKEN)
  const stored = files.length - WITHOUT_UIDS - UID_TAKEN
  t.match(first, `${stored} acknowledged, ${WITHOUT_UIDS + UID_TAKEN} refused, 0 not sent`)
  t.equal(readFileSync(path.join(work, 'ledger'), 'utf8').split('\n').length - 1, stored)

  const second = await upload()
  t.match(second, `${WITHOUT_UIDS + UID_TAKEN} files to send, ${stored} acknowledged before`)
})
