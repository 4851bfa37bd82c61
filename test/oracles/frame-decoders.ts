/** Foreign decoders of one frame: DCMTK, GDCM, OpenJPH. Debian: dcmtk, libgdcm-tools, openjph-tools. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { PixelFormat } from '../../src/imaging/pixel-format.js'
import { dicomFile, el, newUid } from '../made-dicom.js'
import { withoutCommands } from '../commands.js'

const run = promisify(execFile)
const TOOLS = ['dcmdrle', 'dcmdjpeg', 'dcmdjpls', 'gdcmconv', 'ojph_expand']

/** false where the decoders are there (or must be: CI), else the words to skip with. */
export function withoutFrameDecoders(): string | false {
  return withoutCommands(...TOOLS)
}

/** The samples of a codestream as a tool that is not ours decodes it, little endian, pixel by pixel; planes where the format
 *  says so.
 * @param folder for temporary files; several may be decoded at once in it */
export async function decodedElsewhere(
  codestream: Uint8Array,
  transferSyntax: string,
  format: PixelFormat,
  folder: string,
): Promise<Buffer> {
  const own = await mkdtemp(path.join(folder, 'frame-'))
  try {
    const last = Number(transferSyntax.split('.').at(-1))
    if (last >= 201) return await decodedByOpenJph(codestream, format, own)
    const from = path.join(own, 'encoded.dcm')
    const to = path.join(own, 'decoded.dcm')
    await writeFile(from, fileOf(codestream, transferSyntax, format))
    if (last === 5) await run('dcmdrle', [from, to])
    else if (last === 50 || last === 57 || last === 70) await run('dcmdjpeg', ['+cn', from, to])
    else if (last === 80 || last === 81) await run('dcmdjpls', [from, to])
    else await run('gdcmconv', ['--raw', '-i', from, '-o', to])
    const file = await readFile(to)
    const at = Math.max(
      ...['OW', 'OB'].map(vr => file.lastIndexOf(Buffer.from(`\xe0\x7f\x10\x00${vr}`, 'latin1'))),
    )
    return file.subarray(at + 12)
  } finally {
    await rm(own, { recursive: true })
  }
}

function fileOf(codestream: Uint8Array, transferSyntax: string, format: PixelFormat): Buffer {
  const us = (tag: string, n: number): ReturnType<typeof el> => el(tag, 'US', [n])
  const padded = codestream.length % 2 === 0 ? codestream : Buffer.concat([codestream, Buffer.of(0)])
  return dicomFile(
    [
      el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7'),
      el('00080018', 'UI', newUid()),
      us('00280002', format.samples),
      // GDCM dies of a palette that is not there.
      el('00280004', 'CS', format.photometric.replace('PALETTE COLOR', 'MONOCHROME2')),
      ...(format.samples > 1 ? [us('00280006', format.planar ? 1 : 0)] : []),
      us('00280010', format.rows),
      us('00280011', format.columns),
      us('00280100', format.bitsAllocated),
      us('00280101', format.bitsStored),
      us('00280102', format.highBit),
      us('00280103', format.signed ? 1 : 0),
      el('7FE00010', 'OB', { fragments: [padded] }),
    ],
    { transferSyntax },
  )
}

/** Where the first component says that it is signed: Ssiz. ISO/IEC 15444-1 A.5.1 */
const SIGN_AT = 42

/** ojph_expand writes unsigned samples alone. Signed ones are shifted by half their range once the codestream no longer says
 *  that they are. */
async function decodedByOpenJph(
  codestream: Uint8Array,
  format: PixelFormat,
  folder: string,
): Promise<Buffer> {
  const from = path.join(folder, 'encoded.j2c')
  const to = path.join(folder, format.samples === 1 ? 'decoded.pgm' : 'decoded.ppm')
  const unsigned = Buffer.from(codestream)
  const depth = (unsigned.readUInt8(SIGN_AT) & 0x7f) + 1
  unsigned.writeUInt8(depth - 1, SIGN_AT)
  await writeFile(from, unsigned)
  await run('ojph_expand', ['-i', from, '-o', to])
  const file = await readFile(to)
  const count = format.rows * format.columns * format.samples
  const wide = format.bitsAllocated === 16
  const samples = Buffer.from(file.subarray(file.length - count * (wide ? 2 : 1)))
  const half = format.signed ? 2 ** (depth - 1) : 0
  // PGM and PPM are big endian.
  for (let at = 0; at < count; at++)
    if (wide) samples.writeUInt16LE((samples.readUInt16BE(at * 2) - half) & 0xffff, at * 2)
    else samples.writeUInt8((samples.readUInt8(at) - half) & 0xff, at)
  return samples
}
