import { defineProvider } from 'hono-oauth/provider-kit'
import { deskly } from './deskly.ts'

export const desklySandbox = defineProvider(deskly, {
  hosts: ['*.deskly-sandbox.example'],
  authorizationEndpoint: 'https://{workspace}.deskly-sandbox.example/oauth/authorize',
  tokenEndpoint: 'https://{workspace}.deskly-sandbox.example/api/token',
  apiOrigins: ['https://{workspace}.deskly-sandbox.example'],
  apiHeaders: { 'deskly-version': '2026-11' },
  revocationEndpoint: { method: 'DELETE', url: 'https://{workspace}.deskly-sandbox.example/api/token', as: 'api' },
})
