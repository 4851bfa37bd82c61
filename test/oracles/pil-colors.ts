/** Colours by LittleCMS, as PIL has it: a foreign tool to compare with. Debian: python3-pil. */
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { withoutPython } from '../commands.js'

const PYTHON = '/usr/bin/python3'

/** false where PIL is there (or must be: CI), else the words to skip with. */
export function withoutPil(): string | false {
  return withoutPython('pydicom', 'PIL.ImageCms')
}

/** @param data RGB, of the colours that a profile says (sRGB by default), or the own profile of a DICOM file
 *  @returns three bytes a pixel (of Lab: L of 0 to 255, a and b plus 128), and what the profile calls itself */
export function pilColors(
  { width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  of: { readonly profile?: Uint8Array | undefined } | { readonly file: string },
  to: 'srgb' | 'lab',
): { readonly data: Uint8Array; readonly name: string } {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
  const colors = 'file' in of ? of : { profile: base64(of.profile ?? Buffer.of()) }
  const asked = { width, height, data: base64(data), to, ...colors }
  const output = execFileSync(PYTHON, [path.resolve('test/oracles/pil_colors.py')], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  const answer = JSON.parse(output) as { data: string; name: string }
  return { data: Buffer.from(answer.data, 'base64'), name: answer.name }
}
