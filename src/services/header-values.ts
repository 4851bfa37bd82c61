import type { DicomJson } from '../dicom/json-model.js'

/** Values of attributes that a header may have in any form: malformed decimal strings are kept as text. */

/** @returns the finite numbers of the attribute, by position; undefined stands for what is none */
export function numbers(dataset: DicomJson | undefined, tag: string): readonly (number | undefined)[] {
  return (dataset?.[tag]?.Value ?? []).map(value => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined
  })
}

export function number(dataset: DicomJson | undefined, tag: string): number | undefined {
  return numbers(dataset, tag)[0]
}

export function text(dataset: DicomJson | undefined, tag: string): string | undefined {
  const value = dataset?.[tag]?.Value?.[0]
  return typeof value === 'string' ? value.trim() : undefined
}

/** @returns the first item of a sequence */
export function item(dataset: DicomJson | undefined, tag: string): DicomJson | undefined {
  const element = dataset?.[tag]
  const first = element?.vr === 'SQ' ? element.Value?.[0] : undefined
  return typeof first === 'object' && first !== null ? (first as DicomJson) : undefined
}
