import { decodeFrame } from '../codecs/decode.js'
import type { JobInput, JobOutput } from '../jobs.js'
import { storedValues } from '../stored-values.js'
import { modalityStep } from '../tone.js'

/** The least and the most of a grey frame's values, after its Modality LUT and without padding. PS3.3 C.11.1, C.7.5.1.1.2
 * @returns least above most where it has none */
export async function valueRange({
  frame,
  description,
}: JobInput<'value-range'>): Promise<JobOutput<'value-range'>> {
  const native = await decodeFrame(frame, description.transferSyntax, description.format)
  const values = storedValues(native)
  const modality = modalityStep({ ...description, format: native.format })
  const { low, high } = description.padding ?? { low: Infinity, high: -Infinity }
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (!Number.isFinite(value) || (value >= low && value <= high)) continue
    const x = modality(value)
    if (x < least) least = x
    if (x > most) most = x
  }
  return { least, most }
}
