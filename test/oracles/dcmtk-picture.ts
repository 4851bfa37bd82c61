/** Pictures by DCMTK: a foreign renderer to compare with. Debian: dcmtk; libgdcm-tools for what it cannot decode. */
import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { withoutCommands } from '../commands.js'

const run = promisify(execFile)

export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Uint8Array
}

/** false where DCMTK is there (or must be: CI), else the words to skip with. */
export function withoutDcmtk(): string | false {
  return withoutCommands('dcmj2pnm')
}

/** One frame as DCMTK draws it, without scaling.
 * @param frame 0-based
 * @param folder for temporary files
 * @returns undefined where neither DCMTK, nor GDCM before it, can read the file */
export async function dcmtkPicture(
  file: string,
  frame: number,
  flags: readonly string[],
  folder: string,
): Promise<Pixels | undefined> {
  const name = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
  const out = path.join(folder, `${name}.pnm`)
  const raw = path.join(folder, `${name}.dcm`)
  const options = ['-S', '+Ma', ...flags, '+F', String(frame + 1)]
  try {
    for (const program of ['dcmj2pnm', 'dcml2pnm']) {
      const pixels = await drawn(program, [...options, file, out], out)
      if (pixels !== undefined) return pixels
    }
    const decoded = await run('gdcmconv', ['--raw', file, raw]).then(
      () => true,
      () => false,
    )
    return decoded ? await drawn('dcmj2pnm', [...options, raw, out], out) : undefined
  } finally {
    await rm(out, { force: true })
    await rm(raw, { force: true })
  }
}

async function drawn(program: string, args: readonly string[], out: string): Promise<Pixels | undefined> {
  try {
    await run(program, args, { timeout: 60_000 })
    return pnm(await readFile(out))
  } catch {
    return undefined
  }
}

/** Binary PGM or PPM of 8 bits. */
function pnm(bytes: Buffer): Pixels {
  const head = /^(P[56])\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 1000))
  if (head === null) throw new Error('no binary PNM of 8 bits')
  const channels = head[1] === 'P6' ? 3 : 1
  return {
    width: Number(head[2]),
    height: Number(head[3]),
    channels,
    data: bytes.subarray(head[0].length),
  }
}

/** Mean absolute difference of two pictures of one size, in greys; grey counts as three equal channels. */
export function meanDifference(a: Pixels, b: Pixels): number {
  const count = a.width * a.height
  let sum = 0
  for (let i = 0; i < count; i++)
    for (let channel = 0; channel < 3; channel++)
      sum += Math.abs(sample(a, i, channel) - sample(b, i, channel))
  return sum / (count * 3)
}

function sample({ data, channels }: Pixels, pixel: number, channel: number): number {
  return data[pixel * channels + (channels < 3 ? 0 : channel)] ?? 0
}
