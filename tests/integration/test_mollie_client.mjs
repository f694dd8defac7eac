// SPDX-License-Identifier: Apache-2.0
// Mollie's official client against the simulator: what it can't tell from Mollie, our adapter can't either.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

const require = createRequire(`${process.env.MOLLIE_PACKAGES}/`);
const { createMollieClient, MollieApiError, PaymentMethod, SequenceType } = require('@mollie/api-client');

const base = process.env.MOLLIE_URL;
const clientOf = (apiKey) => createMollieClient({ apiKey, apiEndpoint: `${base}/v2/` });
const key = `test_${'officialclient'.padEnd(32, '0')}`;
const mollie = clientOf(key);
const pings = [];
let shop;
let webhookUrl;

before(async () => {
	shop = createServer((request, response) => {
		let body = '';
		request.on('data', (part) => (body += part));
		request.on('end', () => {
			pings.push({ method: request.method, headers: request.headers, body });
			response.end();
		});
	});
	await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));
	webhookUrl = `http://127.0.0.1:${shop.address().port}/hook`;
});
after(() => shop.close());

const amount = (value) => ({ currency: 'EUR', value });
const common = () => ({
	description: 'Subscription',
	redirectUrl: 'https://example.org/back',
	webhookUrl,
	metadata: { obligation: 'subscription-1' },
});

async function until(holds) {
	for (let i = 0; i < 500; i++) {
		if (holds()) return;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	assert.fail('it did not come to hold');
}

async function complete(url, fields) {
	const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
	assert.equal(response.status, 303);
	assert.equal(response.headers.get('location'), 'https://example.org/back');
}

async function control(path, body) {
	const response = await fetch(`${base}/control/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	assert.equal(response.status, 200);
	return response.json();
}

// A customer with a valid mandate from a first payment by `method`.
async function subscriber(client, method) {
	const customer = await client.customers.create({ name: 'Camille', email: 'camille@example.org' });
	const payment = await client.payments.create({
		...common(),
		amount: amount('0.01'),
		method,
		sequenceType: SequenceType.first,
		customerId: customer.id,
	});
	await complete(payment.getCheckoutUrl(), { status: 'paid' });
	return customer;
}

test('customers are created, changed, listed page by page and deleted', async () => {
	const client = clientOf(`test_${'customers'.padEnd(32, '0')}`);
	const made = [];
	for (let i = 0; i < 5; i++) made.push(await client.customers.create({ name: `C${i}`, email: `c${i}@example.org` }));
	assert.match(made[0].id, /^cst_/);
	assert.equal((await client.customers.update(made[0].id, { name: 'Zoë' })).name, 'Zoë');
	assert.equal((await client.customers.get(made[0].id)).name, 'Zoë');

	const first = await client.customers.page({ limit: 2 });
	assert.deepEqual(first.map(({ id }) => id), [made[4].id, made[3].id]);
	const second = await first.nextPage();
	assert.deepEqual(second.map(({ id }) => id), [made[2].id, made[1].id]);
	const back = await second.previousPage();
	assert.equal(back[0].id, made[4].id);

	const seen = [];
	for await (const customer of client.customers.iterate({ valuesPerMinute: 100000 })) seen.push(customer.id);
	assert.deepEqual(seen, made.map(({ id }) => id).reverse());

	await client.customers.delete(made[0].id);
	await assert.rejects(client.customers.get(made[0].id), (error) => error.statusCode === 410);
});

test('a first payment is completed on the checkout page and gives a mandate', async () => {
	const customer = await mollie.customers.create({ name: 'Camille', email: 'camille@example.org' });
	const payment = await mollie.payments.create({
		...common(),
		amount: amount('29.00'),
		sequenceType: SequenceType.first,
		customerId: customer.id,
		method: PaymentMethod.creditcard,
	});
	assert.match(payment.id, /^tr_/);
	assert.equal(payment.status, 'open');
	assert.equal(payment.mode, 'test');
	assert.deepEqual(payment.amount, amount('29.00'));
	assert.deepEqual(payment.metadata, { obligation: 'subscription-1' });
	assert.ok(!Number.isNaN(Date.parse(payment.createdAt)));

	const before = pings.length;
	await complete(payment.getCheckoutUrl(), { status: 'paid' });
	await until(() => pings.length > before);
	assert.equal(pings.at(-1).body, `id=${payment.id}`);
	assert.equal(pings.at(-1).headers['user-agent'], 'Mollie HTTP client/1.0');

	const paid = await mollie.payments.get(payment.id);
	assert.equal(paid.status, 'paid');
	assert.equal(paid.getCheckoutUrl(), null);
	assert.ok(paid.paidAt);
	const mandates = await mollie.customerMandates.page({ customerId: customer.id });
	assert.equal(mandates.length, 1);
	assert.equal(mandates[0].id, paid.mandateId);
	assert.equal(mandates[0].status, 'valid');
	assert.equal((await mollie.customerMandates.get(mandates[0].id, { customerId: customer.id })).method, 'creditcard');
	const payments = await mollie.customerPayments.page({ customerId: customer.id });
	assert.deepEqual(payments.map(({ id }) => id), [payment.id]);
});

test('a card is charged at once, without a page', async () => {
	const customer = await subscriber(mollie, PaymentMethod.creditcard);
	const payment = await mollie.payments.create({
		amount: amount('29.00'),
		description: 'March',
		webhookUrl,
		sequenceType: SequenceType.recurring,
		customerId: customer.id,
	});
	assert.equal(payment.status, 'paid');
	assert.equal(payment.getCheckoutUrl(), null);
	assert.equal(payment.redirectUrl, null);
});

test('a debit is pending, then paid after its due date', async () => {
	const clockKey = `test_${'debits'.padEnd(32, '0')}`;
	const client = clientOf(clockKey);
	await control('clock', { key: clockKey, time: '2030-01-03T10:00:00+00:00' });
	const customer = await client.customers.create({ name: 'Camille' });
	const mandate = await client.customerMandates.create({
		customerId: customer.id,
		method: 'directdebit',
		consumerName: 'Camille',
		consumerAccount: 'NL91ABNA0417164300',
		signatureDate: '2030-01-01',
	});
	assert.equal(mandate.status, 'valid');
	const payment = await client.payments.create({
		amount: amount('29.00'),
		description: 'March',
		webhookUrl,
		sequenceType: SequenceType.recurring,
		customerId: customer.id,
		mandateId: mandate.id,
	});
	assert.equal(payment.status, 'pending');
	assert.equal(payment.details.dueDate, '2030-01-07');
	assert.ok(payment._links.changePaymentState.href);
	await control('clock', { key: clockKey, time: '2030-01-08T10:00:00+00:00' });
	assert.equal((await client.payments.get(payment.id)).status, 'paid');

	await client.customerMandates.revoke(mandate.id, { customerId: customer.id });
	await assert.rejects(
		client.payments.create({
			amount: amount('29.00'),
			description: 'April',
			sequenceType: SequenceType.recurring,
			customerId: customer.id,
		}),
		(error) => error instanceof MollieApiError && error.statusCode === 422,
	);
});

test('refunds and chargebacks hang on the payment', async () => {
	const payment = await mollie.payments.create({ ...common(), amount: amount('29.00') });
	await complete(payment.getCheckoutUrl(), { status: 'paid', method: 'ideal' });
	const refund = await mollie.paymentRefunds.create({
		paymentId: payment.id,
		amount: amount('10.00'),
		description: 'Too much',
	});
	assert.match(refund.id, /^re_/);
	assert.equal(refund.status, 'pending');
	assert.equal((await mollie.paymentRefunds.get(refund.id, { paymentId: payment.id })).paymentId, payment.id);
	await complete(`${base}/checkout/${payment.id}`, { status: 'chargeback' });

	const after = await mollie.payments.get(payment.id, { embed: ['refunds', 'chargebacks'] });
	assert.equal(after.status, 'paid');
	assert.equal(after.amountRefunded.value, '10.00');
	assert.equal(after.amountRemaining.value, '0.00');
	assert.equal(after._embedded.refunds[0].id, refund.id);
	assert.equal(after._embedded.chargebacks[0].amount.value, '19.00');
	assert.equal((await mollie.paymentChargebacks.page({ paymentId: payment.id })).length, 1);

	await mollie.paymentRefunds.cancel(refund.id, { paymentId: payment.id });
	assert.equal((await mollie.payments.get(payment.id)).amountRefunded.value, '0.00');
});

test('a pending debit can be cancelled, a checkout cannot', async () => {
	const customer = await subscriber(mollie, PaymentMethod.ideal);
	const debit = await mollie.payments.create({
		amount: amount('29.00'),
		description: 'March',
		sequenceType: SequenceType.recurring,
		customerId: customer.id,
	});
	assert.equal(debit.isCancelable, true);
	assert.equal((await mollie.payments.cancel(debit.id)).status, 'canceled');
	const open = await mollie.payments.create({ ...common(), amount: amount('29.00') });
	await assert.rejects(mollie.payments.cancel(open.id), (error) => error.statusCode === 422);
});

test('a payment sent twice with one key is one payment', async () => {
	const send = (value) =>
		mollie.payments.create({ ...common(), amount: amount(value), idempotencyKey: 'official-1' });
	const first = await send('31.00');
	const second = await send('31.00');
	assert.equal(first.id, second.id);
	await assert.rejects(send('32.00'), (error) => error.statusCode === 400);
});

test('refusals carry field and detail', async () => {
	await assert.rejects(mollie.payments.get('tr_I_dont_exist'), (error) => {
		assert.ok(error instanceof MollieApiError);
		assert.equal(error.statusCode, 404);
		assert.equal(error.message, 'No payment exists with token tr_I_dont_exist.');
		return true;
	});
	await assert.rejects(mollie.payments.create({ ...common(), amount: amount('60000.00') }), (error) => {
		assert.equal(error.statusCode, 422);
		assert.equal(error.field, 'amount');
		assert.equal(error.message, 'The amount is higher than the maximum');
		return true;
	});
	await assert.rejects(clientOf(`live_${'0'.repeat(32)}`).payments.page(), (error) => error.statusCode === 401);
});

test('methods are those of the sequence', async () => {
	const methods = await mollie.methods.list({ sequenceType: SequenceType.recurring });
	assert.deepEqual(methods.map(({ id }) => id), ['creditcard', 'paypal', 'directdebit']);
	assert.equal((await mollie.methods.get('ideal')).description, 'iDEAL');
});
