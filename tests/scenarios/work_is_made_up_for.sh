#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a server could not be told while it was down reaches it afterwards, without anybody's doing (design: work).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

## The platform is made although billing is down; billing learns of it when it is back.
stop_processes svc-billing
token OPERATOR demo
step a1 providers.v1.PlatformService/CreatePlatform '{"platformId": "test-later", "platform": {
	"displayName": "Plus tard", "edition": "EDITION_PRO", "timeZone": "Europe/Paris", "currency": "EUR",
	"languages": ["fr"], "allowedModules": ["MODULE_INDEPENDENT_PROVIDERS"]},
	"firstManager": {"displayName": "Claire Moreau", "email": "claire@later.example"}}' \
	--token "$token" --other '.platform.displayName = "Autre"'
token MANAGER "$(field '.firstManager | split("/") | last')" test-later
manager=$token
refused UNAVAILABLE UNAVAILABLE a2 billing.v1.PaymentKeyService/SetPaymentKey \
	'{"name": "platforms/test-later/paymentKey", "key": "test_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"}' --token "$manager"
start_process svc-billing
await svc-billing
step a3 billing.v1.PlanPriceService/CreatePlanPrice '{"parent": "platforms/test-later", "planPrice": {
	"monthly": {"currency": "EUR", "minor": 2900}, "yearly": {"currency": "EUR", "minor": 29000}}}' \
	--token "$manager" --until '.name != ""' --other '.planPrice.monthly.minor = 1'

## A gateway that is killed takes nothing with it: the next one finds what was left to be done.
stop_processes svc-billing
step b1 providers.v1.PlatformService/SwitchModules \
	'{"name": "platforms/test-later", "enable": ["MODULE_INDEPENDENT_PROVIDERS"]}' \
	--token "$manager" --other '.enable = []'
kill -9 "$(pid_of gateway)"
start_process svc-billing
start_process gateway
await svc-billing
await gateway
step b2 billing.v1.SubscriptionSettingsService/UpdateSubscriptionSettings '{
	"subscriptionSettings": {"name": "platforms/test-later/subscriptionSettings", "enabled": true},
	"updateMask": {"paths": ["enabled"]}}' \
	--token "$manager" --until '.enabled' --other '.subscriptionSettings.enabled = false'

replay g
finish "work is made up for"
