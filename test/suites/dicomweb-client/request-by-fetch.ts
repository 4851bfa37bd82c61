/** What dicomweb-client uses of a browser's XMLHttpRequest, over Node's fetch. */
export class RequestByFetch {
  responseType = ''
  withCredentials = false
  readyState = 0
  status = 0
  response: unknown = null
  onreadystatechange: (() => void) | null = null
  onloadstart: (() => void) | null = null
  onloadend: (() => void) | null = null
  onprogress: (() => void) | null = null
  readonly #sent = new Headers()
  #method = ''
  #url = ''
  #received = new Headers()

  open(method: string, url: string): void {
    this.#method = method.toUpperCase()
    this.#url = url
  }

  setRequestHeader(name: string, value: string): void {
    this.#sent.append(name, value)
  }

  getResponseHeader(name: string): string | null {
    return this.#received.get(name)
  }

  getAllResponseHeaders(): string {
    return [...this.#received].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  }

  send(body?: ArrayBuffer): void {
    void this.#fetch(body).finally(() => {
      this.readyState = 4
      this.onreadystatechange?.()
      this.onloadend?.()
    })
  }

  async #fetch(body: ArrayBuffer | undefined): Promise<void> {
    this.onloadstart?.()
    const init = { method: this.#method, headers: this.#sent, ...(body === undefined ? {} : { body }) }
    const answer = await fetch(this.#url, init)
    this.#received = answer.headers
    this.status = answer.status
    const bytes = await answer.arrayBuffer()
    const text = (): string => Buffer.from(bytes).toString()
    if (this.responseType === 'arraybuffer') this.response = bytes
    else if (this.responseType === 'json') this.response = bytes.byteLength === 0 ? null : JSON.parse(text())
    else this.response = text()
  }
}
