package pii

var (
	isDotted  = charset("a-zA-Z0-9_.\\-")
	isBase64  = charset("a-zA-Z0-9+/=_\\-")
	isPath    = charset("a-zA-Z0-9_/\\-")
	isPayment = charset("a-zA-Z0-9$_")
	isUpperID = charset("A-Z0-9")
)

// vendorTable lists the tokens that vendors publish a shape for. Lengths are a
// little under the published ones, so that a truncated token is still hidden.
var vendorTable = []vendor{
	// Prompts of mail servers, before which nothing is secret: Username: and Password:.
	{prefix: "VXNlcm5hbWU6", match: (*work).prompted},
	{prefix: "UGFzc3dvcmQ6", match: (*work).prompted},

	// Git hosts and their neighbours.
	{prefix: "ghp_", label: "[SECRET:github]", set: &isAlnum, min: 20},
	{prefix: "gho_", label: "[SECRET:github]", set: &isAlnum, min: 20},
	{prefix: "ghu_", label: "[SECRET:github]", set: &isAlnum, min: 20},
	{prefix: "ghs_", label: "[SECRET:github]", set: &isAlnum, min: 20},
	{prefix: "ghr_", label: "[SECRET:github]", set: &isAlnum, min: 20},
	{prefix: "github_pat_", label: "[SECRET:github]", set: &isWord, min: 20},
	{prefix: "glpat-", label: "[SECRET:gitlab]", set: &isDotted, min: 18},
	{prefix: "gldt-", label: "[SECRET:gitlab]", set: &isURLSafe, min: 18},
	{prefix: "glrt-", label: "[SECRET:gitlab]", set: &isDotted, min: 18},
	{prefix: "glptt-", label: "[SECRET:gitlab]", set: &isURLSafe, min: 18},
	{prefix: "glcbt-", label: "[SECRET:gitlab]", set: &isURLSafe, min: 18},
	{prefix: "glsoat-", label: "[SECRET:gitlab]", set: &isURLSafe, min: 18},
	{prefix: "gloas-", label: "[SECRET:gitlab]", set: &isHex, min: 40},
	{prefix: "glffct-", label: "[SECRET:gitlab]", set: &isURLSafe, min: 18},
	{prefix: "glft-", label: "[SECRET:gitlab]", set: &isURLSafe, min: 18},
	{prefix: "glimt-", label: "[SECRET:gitlab]", set: &isURLSafe, min: 18},
	{prefix: "glagent-", label: "[SECRET:gitlab]", set: &isURLSafe, min: 18},
	{prefix: "ATATT", label: "[SECRET:atlassian]", set: &isBase64, min: 40},
	{prefix: "ATBB", label: "[SECRET:bitbucket]", set: &isURLSafe, min: 24, digits: 1},
	{prefix: "ATCTT", label: "[SECRET:atlassian]", set: &isBase64, min: 40},

	// Clouds.
	{prefix: "AKIA", label: "[SECRET:aws]", set: &isUpperID, min: 16, exact: true},
	{prefix: "ASIA", label: "[SECRET:aws]", set: &isUpperID, min: 16, exact: true},
	{prefix: "ABIA", label: "[SECRET:aws]", set: &isUpperID, min: 16, exact: true, digits: 1},
	{prefix: "ACCA", label: "[SECRET:aws]", set: &isUpperID, min: 16, exact: true, digits: 1},
	{prefix: "FwoG", label: "[SECRET:aws]", set: &isBase64, min: 100},
	{prefix: "IQoJ", label: "[SECRET:aws]", set: &isBase64, min: 100},
	{prefix: "AIza", label: "[SECRET:google]", set: &isURLSafe, min: 33},
	{prefix: "GOCSPX-", label: "[SECRET:google]", set: &isURLSafe, min: 20},
	{prefix: "ya29.", label: "[SECRET:google]", set: &isDotted, min: 20},
	{prefix: "1//0", label: "[SECRET:google]", set: &isURLSafe, min: 30},
	{prefix: "LTAI", label: "[SECRET:alibaba]", set: &isAlnum, min: 16},
	{prefix: "AKID", label: "[SECRET:tencent]", set: &isAlnum, min: 28, digits: 1},
	{prefix: "dop_v1_", label: "[SECRET:digitalocean]", set: &isHex, min: 32},
	{prefix: "doo_v1_", label: "[SECRET:digitalocean]", set: &isHex, min: 32},
	{prefix: "dor_v1_", label: "[SECRET:digitalocean]", set: &isHex, min: 32},
	{prefix: "fm2_", label: "[SECRET:fly]", set: &isBase64, min: 40},
	{prefix: "fo1_", label: "[SECRET:fly]", set: &isURLSafe, min: 30},
	{prefix: "HRKU-", label: "[SECRET:heroku]", set: &isURLSafe, min: 30},
	{prefix: "nfp_", label: "[SECRET:netlify]", set: &isAlnum, min: 30},
	{prefix: "vcp_", label: "[SECRET:vercel]", set: &isAlnum, min: 20},

	// Chat.
	{prefix: "xoxb-", label: "[SECRET:slack]", set: &isURLSafe, min: 10},
	{prefix: "xoxp-", label: "[SECRET:slack]", set: &isURLSafe, min: 10},
	{prefix: "xoxa-", label: "[SECRET:slack]", set: &isURLSafe, min: 10},
	{prefix: "xoxe-", label: "[SECRET:slack]", set: &isURLSafe, min: 10},
	{prefix: "xoxe.", label: "[SECRET:slack]", set: &isDotted, min: 10},
	{prefix: "xoxo-", label: "[SECRET:slack]", set: &isURLSafe, min: 10},
	{prefix: "xoxr-", label: "[SECRET:slack]", set: &isURLSafe, min: 10},
	{prefix: "xoxs-", label: "[SECRET:slack]", set: &isURLSafe, min: 10},
	{prefix: "xoxc-", label: "[SECRET:slack]", set: &isURLSafe, min: 10},
	{prefix: "xoxd-", label: "[SECRET:slack]", set: &isBase64, min: 10},
	{prefix: "xapp-", label: "[SECRET:slack]", set: &isURLSafe, min: 20},
	{prefix: "hooks.slack.com/services/", label: "[SECRET:slack]", set: &isPath, min: 20, keep: true},
	{prefix: "hooks.slack.com/workflows/", label: "[SECRET:slack]", set: &isPath, min: 20, keep: true},
	{prefix: "discord.com/api/webhooks/", label: "[SECRET:discord]", set: &isPath, min: 20, keep: true},
	{prefix: "discordapp.com/api/webhooks/", label: "[SECRET:discord]", set: &isPath, min: 20, keep: true},
	{prefix: "webhook.office.com/webhookb2/", label: "[SECRET:teams]", set: &isBase64Path, min: 20, keep: true},
	{prefix: "api.telegram.org/bot", label: "[SECRET:telegram]", set: &isTelegram, min: 30, keep: true},

	// Payments and shops.
	{prefix: "sk_live_", label: "[SECRET:stripe]", set: &isAlnum, min: 10},
	{prefix: "sk_test_", label: "[SECRET:stripe]", set: &isAlnum, min: 10},
	{prefix: "sk_prod_", label: "[SECRET:stripe]", set: &isAlnum, min: 10},
	{prefix: "rk_live_", label: "[SECRET:stripe]", set: &isAlnum, min: 10},
	{prefix: "rk_test_", label: "[SECRET:stripe]", set: &isAlnum, min: 10},
	{prefix: "rk_prod_", label: "[SECRET:stripe]", set: &isAlnum, min: 10},
	{prefix: "whsec_", label: "[SECRET:stripe]", set: &isBase64, min: 20},
	{prefix: "sq0atp-", label: "[SECRET:square]", set: &isURLSafe, min: 20},
	{prefix: "sq0csp-", label: "[SECRET:square]", set: &isURLSafe, min: 20},
	{prefix: "EAAA", label: "[SECRET:square]", set: &isURLSafe, min: 56},
	{prefix: "EAA", label: "[SECRET:facebook]", set: &isAlnum, min: 80, digits: 1},
	{prefix: "access_token$production$", label: "[SECRET:paypal]", set: &isPayment, min: 20},
	{prefix: "access_token$sandbox$", label: "[SECRET:paypal]", set: &isPayment, min: 20},
	{prefix: "shpat_", label: "[SECRET:shopify]", set: &isHex, min: 24},
	{prefix: "shpss_", label: "[SECRET:shopify]", set: &isHex, min: 24},
	{prefix: "shpca_", label: "[SECRET:shopify]", set: &isHex, min: 24},
	{prefix: "shppa_", label: "[SECRET:shopify]", set: &isHex, min: 24},
	{prefix: "rzp_live_", label: "[SECRET:razorpay]", set: &isAlnum, min: 14},
	{prefix: "rzp_test_", label: "[SECRET:razorpay]", set: &isAlnum, min: 14},
	{prefix: "FLWSECK-", label: "[SECRET:flutterwave]", set: &isURLSafe, min: 20},
	{prefix: "FLWSECK_TEST-", label: "[SECRET:flutterwave]", set: &isURLSafe, min: 20},

	// Mail and messages.
	{prefix: "SG.", label: "[SECRET:sendgrid]", set: &isDotted, min: 40},
	{prefix: "key-", label: "[SECRET:mailgun]", set: &isHex, min: 32, exact: true},
	{prefix: "SK", label: "[SECRET:twilio]", set: &isHex, min: 32, exact: true},
	{prefix: "AC", label: "[SECRET:twilio]", set: &isHex, min: 32, exact: true},
	{prefix: "xkeysib-", label: "[SECRET:brevo]", set: &isURLSafe, min: 40},
	{prefix: "xsmtpsib-", label: "[SECRET:brevo]", set: &isURLSafe, min: 40},
	{prefix: "re_", label: "[SECRET:resend]", set: &isWord, min: 28, digits: 1},

	// Registries.
	{prefix: "npm_", label: "[SECRET:npm]", set: &isAlnum, min: 30, digits: 1},
	{prefix: "pypi-AgE", label: "[SECRET:pypi]", set: &isURLSafe, min: 40},
	{prefix: "dckr_pat_", label: "[SECRET:docker]", set: &isURLSafe, min: 20},
	{prefix: "dckr_oat_", label: "[SECRET:docker]", set: &isURLSafe, min: 20},
	{prefix: "rubygems_", label: "[SECRET:rubygems]", set: &isHex, min: 40},
	{prefix: "oy2", label: "[SECRET:nuget]", set: &isLowerNumber, min: 43, exact: true},
	{prefix: "cio", label: "[SECRET:crates]", set: &isAlnum, min: 32, exact: true, digits: 1},

	// Models.
	{prefix: "sk-proj-", label: "[SECRET:openai]", set: &isURLSafe, min: 20},
	{prefix: "sk-svcacct-", label: "[SECRET:openai]", set: &isURLSafe, min: 20},
	{prefix: "sk-admin-", label: "[SECRET:openai]", set: &isURLSafe, min: 20},
	{prefix: "sk-ant-", label: "[SECRET:anthropic]", set: &isURLSafe, min: 20},
	{prefix: "sk-or-v1-", label: "[SECRET:openrouter]", set: &isHex, min: 32},
	{prefix: "sk-", label: "[SECRET:openai]", set: &isAlnum, min: 32, digits: 1},
	{prefix: "hf_", label: "[SECRET:huggingface]", set: &isAlnum, min: 30},
	{prefix: "r8_", label: "[SECRET:replicate]", set: &isAlnum, min: 30, digits: 1},
	{prefix: "gsk_", label: "[SECRET:groq]", set: &isAlnum, min: 40},
	{prefix: "pplx-", label: "[SECRET:perplexity]", set: &isAlnum, min: 40},
	{prefix: "xai-", label: "[SECRET:xai]", set: &isAlnum, min: 60},

	// Infrastructure and observability.
	{prefix: "hvs.", label: "[SECRET:vault]", set: &isURLSafe, min: 20},
	{prefix: "hvb.", label: "[SECRET:vault]", set: &isURLSafe, min: 20},
	{prefix: "hvr.", label: "[SECRET:vault]", set: &isURLSafe, min: 20},
	{prefix: "s.", label: "[SECRET:vault]", set: &isAlnum, min: 24, exact: true, digits: 2},
	{prefix: "atlasv1.", label: "[SECRET:terraform]", set: &isURLSafe, min: 40},
	{prefix: "pul-", label: "[SECRET:pulumi]", set: &isHex, min: 40},
	{prefix: "dp.pt.", label: "[SECRET:doppler]", set: &isAlnum, min: 30},
	{prefix: "dp.st.", label: "[SECRET:doppler]", set: &isDotted, min: 30},
	{prefix: "dapi", label: "[SECRET:databricks]", set: &isHex, min: 32},
	{prefix: "glsa_", label: "[SECRET:grafana]", set: &isWord, min: 30},
	{prefix: "glc_", label: "[SECRET:grafana]", set: &isBase64, min: 30},
	{prefix: "NRAK-", label: "[SECRET:newrelic]", set: &isUpperID, min: 20},
	{prefix: "NRII-", label: "[SECRET:newrelic]", set: &isURLSafe, min: 20},
	{prefix: "NRJS-", label: "[SECRET:newrelic]", set: &isHex, min: 16},
	{prefix: "NRAL-", label: "[SECRET:newrelic]", set: &isUpperID, min: 20},
	{prefix: "sntrys_", label: "[SECRET:sentry]", set: &isBase64, min: 40},
	{prefix: "sntryu_", label: "[SECRET:sentry]", set: &isHex, min: 40},
	{prefix: "dt0c01.", label: "[SECRET:dynatrace]", set: &isDotted, min: 60},
	{prefix: "dt0s01.", label: "[SECRET:dynatrace]", set: &isDotted, min: 60},
	{prefix: "PMAK-", label: "[SECRET:postman]", set: &isURLSafe, min: 40},
	{prefix: "lin_api_", label: "[SECRET:linear]", set: &isAlnum, min: 30},
	{prefix: "ntn_", label: "[SECRET:notion]", set: &isAlnum, min: 40},
	{prefix: "secret_", label: "[SECRET:notion]", set: &isAlnum, min: 40, digits: 1},
	{prefix: "pscale_", label: "[SECRET:planetscale]", set: &isDotted, min: 30},
	{prefix: "sbp_", label: "[SECRET:supabase]", set: &isHex, min: 32},
	{prefix: "sb_secret_", label: "[SECRET:supabase]", set: &isURLSafe, min: 20},
	{prefix: "figd_", label: "[SECRET:figma]", set: &isURLSafe, min: 30},
	{prefix: "AGE-SECRET-KEY-1", label: "[SECRET:age]", set: &isUpperID, min: 40},
	{prefix: "phc_", label: "[SECRET:posthog]", set: &isAlnum, min: 30},
	{prefix: "phx_", label: "[SECRET:posthog]", set: &isAlnum, min: 30},
	{prefix: "pk_live_", label: "[SECRET:clerk]", set: &isBase64, min: 40},
	{prefix: "ops_eyJ", label: "[SECRET:onepassword]", set: &isBase64, min: 100},
	{prefix: "A3-", label: "[SECRET:onepassword]", set: &isUpperDash, min: 30},
	{prefix: "tskey-", label: "[SECRET:tailscale]", set: &isURLSafe, min: 20},
	{prefix: "CFPAT-", label: "[SECRET:contentful]", set: &isURLSafe, min: 40},
	{prefix: "AAAA", label: "[SECRET:firebase]", set: &isFirebase, min: 140},
	{prefix: "pat", label: "[SECRET:airtable]", set: &isDotted, min: 75, digits: 1},
	{prefix: "EZAK", label: "[SECRET:easypost]", set: &isAlnum, min: 54},
	{prefix: "EZTK", label: "[SECRET:easypost]", set: &isAlnum, min: 54},
	{prefix: "duffel_", label: "[SECRET:duffel]", set: &isURLSafe, min: 40},
	{prefix: "shippo_", label: "[SECRET:shippo]", set: &isWord, min: 40, digits: 1},
	{prefix: "ico-", label: "[SECRET:intercom]", set: &isAlnum, min: 32},
	{prefix: "CCIPAT_", label: "[SECRET:circleci]", set: &isWord, min: 40},
	{prefix: "bkua_", label: "[SECRET:buildkite]", set: &isHex, min: 40},
	{prefix: "sgp_", label: "[SECRET:sourcegraph]", set: &isWord, min: 40},
	{prefix: "pnu_", label: "[SECRET:prefect]", set: &isAlnum, min: 36},
	{prefix: "rdme_", label: "[SECRET:readme]", set: &isAlnum, min: 60},

	// Shapes of their own.
	{prefix: "eyJ", match: (*work).jwt},
	{prefix: "PuTTY-User-Key-File-", match: (*work).puttyKey},
}

var (
	isBase64Path  = charset("a-zA-Z0-9_/@.\\-")
	isTelegram    = charset("a-zA-Z0-9_:\\-")
	isLowerNumber = charset("a-z0-9")
	isUpperDash   = charset("A-Z0-9\\-")
	isFirebase    = charset("a-zA-Z0-9_:\\-")
)
