import { Problem } from '../dicom/problem.js'
import type { FoundInstance } from '../index/archive-index.js'

/** Refuses an instance whose bytes a verification found missing or damaged: nothing made of them earlier is given either.
 * @throws Problem `blob-missing`, `blob-damaged` */
export function refuseDamaged({ damage }: Pick<FoundInstance, 'damage'>): void {
  if (damage === 'missing') throw new Problem('blob-missing', 'the stored file is missing')
  if (damage === 'damaged') throw new Problem('blob-damaged', 'the stored file is damaged')
}
