import t from 'tap'
import { search, store } from '../dicomweb-client.js'
import { ctImage, el } from '../made-dicom.js'
import { startServer, temporaryFolder } from '../server.js'
import { runFilmroom } from './run-filmroom.js'

const SETTINGS = { FILMROOM_SEARCH_ATTRIBUTES: 'EchoTime@study' }

t.test('reindex beside a running server makes what is stored searchable by the attributes', async t => {
  const dataFolder = temporaryFolder(t)
  const plain = await startServer(t, {}, { dataFolder })
  await store(plain.url, [ctImage({ with: [el('00180081', 'DS', '12.5')] }).bytes])
  await plain.stop()
  const server = await startServer(t, SETTINGS, { dataFolder })
  const found = (): Promise<unknown[]> => search(`${server.url}/studies?EchoTime=12.5`)
  t.match(server.log.join('\n'), /"level":40.*run `filmroom reindex`/)
  t.equal((await found()).length, 0)

  const { status, output, errors } = await runFilmroom(dataFolder, ['reindex'], SETTINGS)
  t.equal(status, 0, errors)
  t.match(output, /^reindexed 3 rows in \d+\.\d s\n$/)
  t.equal(errors, '')
  t.equal((await found()).length, 1, 'at once')
})

t.test('an archive without anything is reindexed at once', async t => {
  const { status, output } = await runFilmroom(temporaryFolder(t), ['reindex'])
  t.equal(status, 0)
  t.match(output, /^reindexed 0 rows/)
})

t.test('reindex takes no arguments and good settings', async t => {
  const folder = temporaryFolder(t)
  const { status, errors } = await runFilmroom(folder, ['reindex', '--fast'])
  t.equal(status, 2)
  t.match(errors, /Unknown option '--fast'/)
  const bad = await runFilmroom(folder, ['reindex'], { FILMROOM_SEARCH_ATTRIBUTES: 'Nonsense' })
  t.equal(bad.status, 1)
  t.match(bad.errors, /FILMROOM_SEARCH_ATTRIBUTES: Nonsense names no attribute/)
})
