import { Problem } from '../dicom/problem.js'

/** Of a scope: a study, a series, or an instance that may be none of it. That it was there once must not show. */
export function nothingThere(): Problem {
  return new Problem('not-found', 'no instance is stored there')
}

export function noSuchInstance(): Problem {
  return new Problem('not-found', 'no such instance is stored')
}
