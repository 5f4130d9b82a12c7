import type { Personality } from '../personality.ts'
import { airtable } from './airtable.ts'
import { apple } from './apple.ts'
import { asana } from './asana.ts'
import { atlassian } from './atlassian.ts'
import { bigcommerce } from './bigcommerce.ts'
import { bitbucket } from './bitbucket.ts'
import { box } from './box.ts'
import { canva } from './canva.ts'
import { cloudflare } from './cloudflare.ts'
import { discord } from './discord.ts'
import { dropbox } from './dropbox.ts'
import { facebook } from './facebook.ts'
import { figma } from './figma.ts'
import { github, githubApp } from './github.ts'
import { gitlab } from './gitlab.ts'
import { google } from './google.ts'
import { hubspot } from './hubspot.ts'
import { linear } from './linear.ts'
import { linkedin } from './linkedin.ts'
import { mailchimp } from './mailchimp.ts'
import { microsoft } from './microsoft.ts'
import { monday } from './monday.ts'
import { netlify } from './netlify.ts'
import { notion } from './notion.ts'
import { quickbooks } from './quickbooks.ts'
import { salesforce } from './salesforce.ts'
import { shopify } from './shopify.ts'
import { slack, slackUser } from './slack.ts'
import { spotify } from './spotify.ts'
import { squarespace } from './squarespace.ts'
import { strava } from './strava.ts'
import { stripe } from './stripe.ts'
import { supabase } from './supabase.ts'
import { vercel } from './vercel.ts'
import { wordpress } from './wordpress.ts'
import { x } from './x.ts'
import { xero } from './xero.ts'
import { zoho } from './zoho.ts'
import { zoom } from './zoom.ts'

/** All personalities, by name. Of two that share their hosts, the first one answers requests that name no client. */
export const PERSONALITIES = {
  github,
  'github-app': githubApp,
  gitlab,
  google,
  microsoft,
  slack,
  'slack-user': slackUser,
  discord,
  linkedin,
  x,
  notion,
  hubspot,
  salesforce,
  shopify,
  stripe,
  figma,
  linear,
  atlassian,
  dropbox,
  airtable,
  zoom,
  bitbucket,
  apple,
  facebook,
  box,
  asana,
  monday,
  spotify,
  strava,
  quickbooks,
  xero,
  mailchimp,
  zoho,
  canva,
  cloudflare,
  vercel,
  netlify,
  supabase,
  wordpress,
  squarespace,
  bigcommerce,
} satisfies Readonly<Record<string, Personality>>
