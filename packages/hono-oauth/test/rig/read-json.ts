/** The JSON of an answer; its shape is for the assertions that follow. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads many shapes and asserts each of them
export async function readJson(response: Response | Promise<Response>): Promise<any> {
  return (await response).json()
}
