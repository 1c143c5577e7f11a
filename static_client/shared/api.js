// @ts-check
/**
 * REST calls. Errors are RFC 9457 problem documents.
 *
 * STABLE API
 *   request(method, path, {token, body?, accept?, timeoutMs?, cookies?}) → Promise of JSON (null for 202/204 without
 *                            body); `cookies`: keep the cookie that the answer sets, else none is sent or kept
 *   ApiProblem: status (0 = not reached), code, title, detail
 *   tokenFromFragment()      the `#t=…` of the link, taken out of the address bar; null if none
 */

export class ApiProblem extends Error {
  /** @param {number} status @param {{code?: string, title?: string, detail?: string} & Record<string, any>} document */
  constructor(status, document) {
    super(document.detail || document.title || `HTTP ${status}`);
    this.name = "ApiProblem";
    this.status = status;
    this.code = document.code ?? (status === 0 ? "unreachable" : `http_${status}`);
    this.title = document.title ?? "";
    this.detail = document.detail ?? "";
    this.document = document;
  }
}

/**
 * @param {string} method @param {string} path
 * @param {{token?: string, body?: unknown, accept?: string, timeoutMs?: number, cookies?: boolean}} [options]
 * @returns {Promise<any>}
 */
export async function request(method, path, { token, body, accept = "application/json", timeoutMs = 15000, cookies = false } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: accept };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, {
      method, headers, cache: "no-store", credentials: cookies ? "same-origin" : "omit",
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw new ApiProblem(0, { title: "the server was not reached" });
  }
  const text = await response.text();
  const document = parse(text);
  if (!response.ok) throw new ApiProblem(response.status, document ?? {});
  return document;
}

/** @param {string} text @returns {any} */
function parse(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}

/** @returns {string | null} */
export function tokenFromFragment() {
  const token = new URLSearchParams(location.hash.slice(1)).get("t");
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token;
}
