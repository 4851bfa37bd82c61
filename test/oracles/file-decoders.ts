/** Foreign decoders of whole files: GDCM, DCMTK, OpenJPH, libjxl, OpenJPEG. Debian: libgdcm-tools, dcmtk, openjph-tools, libjxl-tools,
 *  libopenjp2-tools. */
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { PixelFormat } from '../../src/imaging/pixel-format.js'
import { interleaved } from '../../src/imaging/sample-layout.js'
import { parse } from '../dicom/part10/parsing.js'
import { withoutCommands } from '../commands.js'

/** What a tool made of a frame, pixel by pixel; planes interleaved. */
export interface ForeignFrame {
  readonly bytes: Uint8Array
  /** as the tool says; undefined where it does not */
  readonly photometric: string | undefined
  readonly bitsAllocated: number
}

const run = promisify(execFile)
const TOOLS = [
  'gdcmconv',
  'dcmconv',
  'dcmdjpeg',
  'dcmdjpls',
  'dcmdrle',
  'ojph_expand',
  'djxl',
  'opj_decompress',
]
const TOOL_MS = 60_000

/** false where they are there (or must be: CI), else the words to skip with. */
export function withoutFileDecoders(): string | false {
  return withoutCommands(...TOOLS)
}

/** All frames of a file as GDCM decodes them.
 * @returns undefined where it cannot */
export function byGdcm(file: string, folder: string): Promise<ForeignFrame[] | undefined> {
  return converted('gdcmconv', to => ['--raw', '-i', file, '-o', to], folder)
}

/** All frames of a file as DCMTK decodes them; colors stay as they are coded.
 * @returns undefined where it cannot */
export function byDcmtk(
  file: string,
  transferSyntax: string,
  folder: string,
): Promise<ForeignFrame[] | undefined> {
  const last = Number(transferSyntax.split('.').at(-1))
  if (transferSyntax === '1.2.840.10008.1.2.5') return converted('dcmdrle', to => [file, to], folder)
  if (!transferSyntax.startsWith('1.2.840.10008.1.2.4.'))
    return converted('dcmconv', to => ['+te', file, to], folder)
  if (last <= 70) return converted('dcmdjpeg', to => ['+cn', file, to], folder)
  if (last <= 81) return converted('dcmdjpls', to => [file, to], folder)
  return Promise.resolve(undefined)
}

async function converted(
  tool: string,
  args: (to: string) => string[],
  folder: string,
): Promise<ForeignFrame[] | undefined> {
  const to = path.join(folder, `${tool}.dcm`)
  await rm(to, { force: true })
  try {
    await run(tool, args(to), { timeout: TOOL_MS })
    return await nativeFramesOf(await readFile(to))
  } catch (error) {
    // A tool that was only slow is not one that cannot.
    if ((error as { killed?: boolean }).killed === true) throw error
    return undefined
  }
}

/** Not by our frame service: that is what is tested. */
async function nativeFramesOf(file: Buffer): Promise<ForeignFrame[] | undefined> {
  const { json, frames } = await parse(file)
  if (frames.kind !== 'native') return undefined
  const one = (tag: string): unknown => json[tag]?.Value?.[0]
  const samples = Number(one('00280002') ?? 1)
  const bitsAllocated = Number(one('00280100'))
  const pixels = Number(one('00280010')) * Number(one('00280011'))
  const photometric = String(one('00280004'))
  const { offsetBytes, lengthBytes, count } = frames
  // What says YBR_FULL_422 may have three samples a pixel all the same.
  const full = lengthBytes >= Math.floor((count * pixels * samples * bitsAllocated) / 8)
  const frameBits = pixels * (full ? samples : 2) * bitsAllocated
  return Array.from({ length: count }, (_, frame) => {
    const bytes = bitsFrom(
      file.subarray(offsetBytes, offsetBytes + lengthBytes),
      frame * frameBits,
      frameBits,
    )
    const planar = one('00280006') === 1 && samples > 1 && full
    return {
      bytes: planar ? interleaved(bytes, samples, bitsAllocated / 8) : bytes,
      photometric: full && photometric === 'YBR_FULL_422' ? 'YBR_FULL' : photometric,
      bitsAllocated,
    }
  })
}

function bitsFrom(bytes: Uint8Array, start: number, count: number): Uint8Array {
  if (start % 8 === 0 && count % 8 === 0) return bytes.subarray(start / 8, (start + count) / 8)
  const out = new Uint8Array(Math.ceil(count / 8))
  for (let bit = 0; bit < count; bit++) {
    const from = start + bit
    if ((((bytes[from >> 3] ?? 0) >> (from & 7)) & 1) === 1)
      out[bit >> 3] = (out[bit >> 3] ?? 0) | (1 << (bit & 7))
  }
  return out
}

/** One codestream by the tool of its own library: OpenJPH or libjxl.
 * @returns undefined where none of them is for it, or it cannot */
export async function byOwnTool(
  codestream: Uint8Array,
  transferSyntax: string,
  format: PixelFormat,
  folder: string,
): Promise<ForeignFrame | undefined> {
  const last = Number(transferSyntax.split('.').at(-1))
  const portable = format.samples === 1 ? 'pgm' : 'ppm'
  if (transferSyntax.startsWith('1.2.840.10008.1.2.4.') && last >= 201) {
    const unsigned = withoutSigns(codestream)
    const frame = await expanded(
      'ojph_expand',
      (from, to) => ['-i', from, '-o', to],
      unsigned.codestream,
      'j2c',
      portable,
      folder,
    )
    return frame && little(frame, format, unsigned.half)
  }
  if (last >= 110 && last <= 112) {
    const frame = await expanded('djxl', (from, to) => [from, to], codestream, 'jxl', portable, folder)
    return frame && little(frame, format, 0)
  }
  return undefined
}

/** One codestream of JPEG 2000, high-throughput or not, by OpenJPEG 2.5.
 * @returns undefined where it is another, or it cannot */
export async function byOpenJpeg(
  codestream: Uint8Array,
  transferSyntax: string,
  format: PixelFormat,
  folder: string,
): Promise<ForeignFrame | undefined> {
  const last = Number(transferSyntax.split('.').at(-1))
  if (![90, 91, 201, 202, 203].includes(last)) return undefined
  const { codestream: unsigned, half } = withoutSigns(codestream)
  const args = (from: string, to: string): string[] => ['-i', from, '-o', to]
  const toType = format.samples === 1 ? 'pgm' : 'ppm'
  const frame = await expanded('opj_decompress', args, unsigned, 'j2k', toType, folder)
  return frame && little(frame, format, half)
}

async function expanded(
  tool: string,
  args: (from: string, to: string) => string[],
  codestream: Uint8Array,
  fromType: string,
  toType: string,
  folder: string,
): Promise<Buffer | undefined> {
  const from = path.join(folder, `${tool}.${fromType}`)
  const to = path.join(folder, `${tool}.${toType}`)
  await rm(to, { force: true })
  await writeFile(from, codestream)
  try {
    await run(tool, args(from, to), { timeout: TOOL_MS })
    return await readFile(to)
  } catch {
    return undefined
  }
}

/** Where the first component says that it is signed: Ssiz. ISO/IEC 15444-1 A.5.1 */
const SIGN_AT = 42
const SOC = Buffer.of(0xff, 0x4f, 0xff, 0x51)

/** These tools write unsigned samples alone. Signed ones are shifted by half their range once the codestream no longer says that
 *  they are. */
function withoutSigns(codestream: Uint8Array): { codestream: Buffer; half: number } {
  const start = Buffer.from(codestream).indexOf(SOC)
  const unsigned = Buffer.from(codestream.subarray(Math.max(0, start)))
  const sign = unsigned[SIGN_AT] ?? 0
  const components = unsigned.readUInt16BE(SIGN_AT - 2)
  for (let n = 0; n < components; n++) unsigned[SIGN_AT + 3 * n] = sign & 0x7f
  return { codestream: unsigned, half: sign >= 0x80 ? 2 ** (sign & 0x7f) : 0 }
}

/** PGM and PPM are big endian, in words of 8 or 16 bits. */
function little(file: Buffer, format: PixelFormat, half: number): ForeignFrame {
  const header = /^P[56]\s(?:#.*\n)*\s*(\d+)\s+(\d+)\s+(\d+)\s/.exec(file.toString('latin1', 0, 200))
  const most = Number(header?.[3])
  const samples = file.subarray(header?.[0].length ?? 0)
  const bitsAllocated = format.bitsAllocated
  if (bitsAllocated === 1) {
    const bits = new Uint8Array(Math.ceil(samples.length / 8))
    samples.forEach((sample, at) => {
      if (sample > 0) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
    })
    return { bytes: bits, photometric: undefined, bitsAllocated }
  }
  const wide = most > 0xff
  const count = samples.length / (wide ? 2 : 1)
  const bytes = Buffer.alloc((count * bitsAllocated) / 8)
  for (let at = 0; at < count; at++) {
    const value = (wide ? samples.readUInt16BE(at * 2) : (samples[at] ?? 0)) - half
    if (bitsAllocated === 8) bytes[at] = value & 0xff
    else bytes.writeUInt16LE(value & 0xffff, at * 2)
  }
  return { bytes, photometric: undefined, bitsAllocated }
}
