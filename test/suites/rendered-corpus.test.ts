/** Every image of the corpus as a PNG, beside the picture that DCMTK draws of it. PS3.18 10.4.1.1.3 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { corpusFiles, withoutCorpus, type CorpusFile } from '../corpus.js'
import { askWhole, instancePath, search, store } from '../dicomweb-client.js'
import { dcmtkPicture, meanDifference, withoutDcmtk, type Pixels } from '../oracles/dcmtk-picture.js'
import { withoutPydicom } from '../oracles/pydicom.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'

const AT_ONCE = 4

interface Wanted {
  readonly path: string
  readonly frame: number
  readonly flags: readonly string[]
  readonly window: string
  readonly padded: boolean
  readonly error?: string
}

t.setTimeout(0)

t.test(
  'the pictures of the whole corpus',
  { skip: withoutCorpus() || withoutDcmtk() || withoutPydicom() },
  async t => {
    const server = await startServer(t)
    const folder = temporaryFolder(t)
    const only = process.env['ONLY']
    const images = corpusFiles().filter(({ path: inside, columns }) =>
      only === undefined
        ? !inside.startsWith('bad/') && /\d/.test(columns['rows_x_cols'] ?? '')
        : inside.includes(only),
    )
    const wanted = flagsOf(images)
    // Files of one UID come one after the other: the one before is deleted first.
    const byUid = new Map<string, CorpusFile[]>()
    for (const file of images) {
      const uid = file.columns['sop_instance_uid'] ?? ''
      byUid.set(uid, [...(byUid.get(uid) ?? []), file])
    }
    const queue = [...byUid.values()]
    const results: string[] = []
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let files = queue.shift(); files !== undefined; files = queue.shift())
          for (const file of files) {
            const asked = wanted.get(file.file)
            results.push(
              `${await compared(server, file, asked, folder)}\t${file.path}\t${asked?.flags.join(' ')}\t${asked?.window}\t${file.columns['photometric']}\t${file.columns['samples_bits']}\t${file.columns['transfer_syntax']}`,
            )
          }
      }),
    )
    t.comment(results.sort().join('\n'))
  },
)

function flagsOf(files: readonly CorpusFile[]): ReadonlyMap<string, Wanted> {
  const output = execFileSync('/usr/bin/python3', [path.resolve('test/oracles/dcm2pnm_flags.py')], {
    input: files.map(({ file }) => `${file}\n`).join(''),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 64 << 20,
  })
  const answers = output
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Wanted)
  return new Map(answers.map(answer => [answer.path, answer]))
}

async function compared(
  server: RunningServer,
  file: CorpusFile,
  wanted: Wanted | undefined,
  folder: string,
): Promise<string> {
  const { stored, failed } = await store(server.url, [readFileSync(file.file)])
  const [uid] = stored
  if (uid === undefined) return `not stored ${failed[0]?.toString(16)}`
  const [row] = await search(`${server.url}/instances?SOPInstanceUID=${uid}`)
  if (row === undefined) return 'not found'
  const url = `${server.url}${instancePath(row)}`
  const answer = await askWhole(`${url}/rendered`, { headers: { accept: 'image/png' } })
  await askWhole(url, { method: 'DELETE' })
  if (answer.status !== 200)
    return `status ${answer.status} ${(JSON.parse(answer.bytes.toString()) as { detail?: string }).detail}`
  const reference = await dcmtkPicture(file.file, wanted?.frame ?? 0, wanted?.flags ?? [], folder)
  if (reference === undefined) return 'no reference'
  const ours = await pixelsOf(answer.bytes)
  if (ours.width !== reference.width || ours.height !== reference.height)
    return `size ${ours.width}x${ours.height} not ${reference.width}x${reference.height}`
  return `mae ${meanDifference(ours, reference).toFixed(3)}`
}

async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}
