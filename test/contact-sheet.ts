/** Every file of the corpus as the server shows it, in pages to be looked at: `npm run contact-sheet [folder] [part of a path]`.
 *  Each tile has the rendered picture, the thumbnail at its right, and the file's name; `refused.tsv` says what has no picture,
 *  and why. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import sharp, { type OverlayOptions } from 'sharp'
import { lettering } from '../src/imaging/lettering.js'
import { corpusFiles, withoutCorpus, type CorpusFile } from './corpus.js'
import { askWhole } from './dicomweb-client.js'

const COLUMNS = 8
const ROWS = 6
const TILE = 200
const PICTURE = 148
const THUMBNAIL = 48
const TEXT_PIXELS = 11
const MOST_CAPTION = 34
/** What refers to images comes after them. */
const LATER = /Segmentation|Presentation State|Parametric Map|Key Object/

interface Shown {
  readonly status: number
  readonly mediaType: string
  readonly bytes: Buffer
  readonly ms: number
}

interface Tile {
  readonly file: CorpusFile
  readonly stored: number
  readonly rendered: Shown | undefined
  readonly thumbnail: Shown | undefined
}

const [folder = 'contact-sheet', part = ''] = process.argv.slice(2)
const skip = withoutCorpus()
if (skip === false) await main()
else console.log(skip)

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const data = mkdtempSync(path.join(tmpdir(), 'contact-sheet-'))
  const server = spawn(process.execPath, [fileURLToPath(new URL('../src/main.cjs', import.meta.url))], {
    env: { ...process.env, FILMROOM_PORT: '0', FILMROOM_DATA: data, FILMROOM_DUPLICATES: 'replace' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const tiles = await shownFiles(await urlOf(server.stdout))
    for (let at = 0; at < tiles.length; at += COLUMNS * ROWS)
      await writePage(tiles.slice(at, at + COLUMNS * ROWS), at / (COLUMNS * ROWS) + 1)
    writeFileSync(path.join(folder, 'refused.tsv'), refusals(tiles))
    const drawn = tiles.filter(({ rendered }) => rendered?.status === 200).length
    console.log(`${tiles.length} files, ${drawn} rendered; see ${folder}`)
  } finally {
    server.kill()
    await once(server, 'exit')
    rmSync(data, { recursive: true, force: true })
  }
}

async function urlOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const url = /listens on (http:\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    output.resume()
    return url
  }
  throw new Error('the server did not start')
}

/** One file after the other: several have one SOP Instance UID. */
async function shownFiles(url: string): Promise<Tile[]> {
  const files = corpusFiles().filter(({ path: each }) => each.includes(part))
  const isLater = ({ columns }: CorpusFile): boolean => LATER.test(columns['sop_class'] ?? '')
  const tiles: Tile[] = []
  for (const file of [...files.filter(each => !isLater(each)), ...files.filter(isLater)]) {
    const { status, json } = await stored(url, file)
    const place = locationOf(json)
    tiles.push({
      file,
      stored: status,
      rendered: place === undefined ? undefined : await shown(`${place}/rendered`),
      thumbnail: place === undefined ? undefined : await shown(`${place}/thumbnail`),
    })
  }
  return tiles
}

/** A SOP Instance UID that is stored in another series gives way. */
async function stored(url: string, file: CorpusFile): Promise<{ status: number; json: unknown }> {
  const send = async (): Promise<{ status: number; json: unknown }> => {
    const { status, bytes } = await askWhole(`${url}/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom', accept: 'application/dicom+json' },
      body: readFileSync(file.file),
    })
    return { status, json: status < 300 || status === 409 ? JSON.parse(bytes.toString()) : undefined }
  }
  const first = await send()
  if (first.status !== 409) return first
  const uid = file.columns['sop_instance_uid'] ?? ''
  const found = await askWhole(`${url}/instances?SOPInstanceUID=${uid}`, {
    headers: { accept: 'application/dicom+json' },
  })
  if (found.status !== 200) return first
  const [match] = JSON.parse(found.bytes.toString()) as Record<string, { Value?: string[] }>[]
  const retrieve = match?.['00081190']?.Value?.[0]
  if (retrieve === undefined) return first
  await askWhole(retrieve, { method: 'DELETE' })
  return send()
}

function locationOf(json: unknown): string | undefined {
  const answer = json as { '00081199'?: { Value?: Record<string, { Value?: string[] }>[] } } | undefined
  return answer?.['00081199']?.Value?.[0]?.['00081190']?.Value?.[0]
}

async function shown(url: string): Promise<Shown> {
  const start = performance.now()
  const { status, headers, bytes } = await askWhole(url, { headers: { accept: 'image/*, */*;q=0.5' } })
  const mediaType = headers['content-type'] ?? ''
  return { status, mediaType, bytes, ms: performance.now() - start }
}

async function writePage(tiles: readonly Tile[], number: number): Promise<void> {
  const layers: OverlayOptions[] = []
  for (const [n, tile] of tiles.entries()) {
    const left = (n % COLUMNS) * TILE
    const top = Math.floor(n / COLUMNS) * TILE
    layers.push(...(await fitted(tile.rendered, PICTURE, left + 2, top + 2)))
    layers.push(...(await fitted(tile.thumbnail, THUMBNAIL, left + PICTURE + 3, top + 2)))
    const said = tile.rendered?.status === 200 ? tile.rendered.mediaType : saidOf(tile)
    const lines = [path.dirname(tile.file.path), path.basename(tile.file.path), said]
    for (const [line, text] of lines.entries())
      layers.push(await captioned(text, left + 2, top + PICTURE + 4 + line * 15))
  }
  const page = { width: COLUMNS * TILE, height: ROWS * TILE, channels: 3 as const, background: '#203050' }
  await sharp({ create: page })
    .composite(layers)
    .png()
    .toFile(path.join(folder, `page-${String(number).padStart(2, '0')}.png`))
}

async function fitted(
  picture: Shown | undefined,
  size: number,
  left: number,
  top: number,
): Promise<OverlayOptions[]> {
  if (picture?.status !== 200 || !picture.mediaType.startsWith('image/')) return []
  const small = await sharp(picture.bytes, { limitInputPixels: false })
    .resize({ width: size, height: size, fit: 'inside', kernel: 'cubic' })
    .png()
    .toBuffer()
  return [{ input: small, left, top }]
}

async function captioned(text: string, left: number, top: number): Promise<OverlayOptions> {
  const tail = text.length > MOST_CAPTION ? `…${text.slice(-MOST_CAPTION + 1)}` : text
  const { width, height, coverage } = await lettering(tail, TEXT_PIXELS)
  const shownWidth = Math.min(width, TILE - 4)
  const input = await sharp(coverage, { raw: { width, height, channels: 1 } })
    .extract({ left: 0, top: 0, width: shownWidth, height: Math.min(height, 15) })
    .png()
    .toBuffer()
  return { input, left, top, blend: 'lighten' }
}

/** The status, and the kind of the problem. */
function saidOf({ stored, rendered }: Tile): string {
  if (rendered === undefined) return `not stored: ${stored}`
  const { type, detail } = problemOf(rendered)
  return `${rendered.status} ${type} ${detail}`
}

function problemOf({ mediaType, bytes }: Shown): { type: string; detail: string } {
  if (!mediaType.startsWith('application/problem+json')) return { type: '', detail: '' }
  const { type = '', detail = '' } = JSON.parse(bytes.toString()) as { type?: string; detail?: string }
  return { type: type.split(':').at(-1) ?? '', detail }
}

function refusals(tiles: readonly Tile[]): string {
  const lines = tiles
    .filter(({ rendered, thumbnail }) => rendered?.status !== 200 || thumbnail?.status !== 200)
    .map(tile => [
      tile.file.path,
      tile.file.columns['sop_class'] ?? '',
      saidOf(tile),
      `${tile.thumbnail?.status ?? ''}`,
    ])
  const slow = tiles
    .filter(({ rendered }) => (rendered?.ms ?? 0) > 1000)
    .map(({ file, rendered }) => [file.path, 'slow', `${Math.round(rendered?.ms ?? 0)} ms`, ''])
  return [['file', 'SOP class', 'rendered', 'thumbnail'], ...lines, ...slow]
    .map(cells => `${cells.join('\t')}\n`)
    .join('')
}
