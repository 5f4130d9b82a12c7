// The functions of the copied file that the code before the move calls: 15 to 20 kB in the copies that people have.
import type { AuthRequest, ClientInfo } from '@cloudflare/workers-oauth-provider'

export function clientIdAlreadyApproved(
  request: Request,
  clientId: string,
  secret: string,
): Promise<boolean>
export function renderApprovalDialog(
  request: Request,
  options: {
    readonly client: ClientInfo | null
    readonly server: { readonly name: string }
    readonly state: { readonly oauthReqInfo: AuthRequest }
  },
): Response
export function parseRedirectApproval(
  request: Request,
  secret: string,
): Promise<{
  readonly state: { readonly oauthReqInfo: AuthRequest }
  readonly headers: Record<string, string>
}>
