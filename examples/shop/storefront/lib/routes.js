// What the storefront answers. Nearly everything is passed on to the orders service.
'use strict';

const express = require('express');
const { relay, query } = require('./orders');
const dashboard = require('./dashboard');
const logger = require('./logger');

const routes = express.Router();
const json = (req) => req.body;

routes.get('/products', relay('GET', (req) => `/products${query(req)}`));
routes.get('/products/:sku', relay('GET', (req) => `/products/${encodeURIComponent(req.params.sku)}`));
routes.post('/search', relay('POST', () => '/products/search', json));
routes.get('/feed', relay('GET', (req) => `/feed${query(req)}`));
routes.get('/orders', relay('GET', (req) => `/orders?user=${req.user}&limit=${req.query.limit ?? 10}`));
routes.get('/orders/:id', relay('GET', (req) => `/orders/${req.params.id}`));
routes.post('/orders/:id/refund', relay('POST', (req) => `/orders/${req.params.id}/refund`));
routes.get('/customers/:email/orders', relay('GET', (req) => `/customers/${encodeURIComponent(req.params.email)}/orders`));
routes.post('/login', relay('POST', () => '/sessions', json));
routes.post('/register', relay('POST', () => '/users', (req) => new URLSearchParams(req.body).toString()));
routes.get('/support/customers/:id', relay('GET', (req) => `/users/${req.params.id}`));
routes.get('/unsubscribe', relay('GET', (req) => `/unsubscribe${query(req)}`));
routes.get('/posts', relay('GET', (req) => `/posts${query(req)}`));
routes.get('/dashboard', dashboard.sequential);
routes.get('/dashboard/parallel', dashboard.parallel);
routes.delete('/admin/orders', relay('DELETE', (req) => `/orders${query(req)}`));
routes.post('/admin/orders/restore', relay('POST', () => '/orders/restore'));

routes.post('/checkout', (req, res, next) => {
  logger.info({ customer: req.body.customer, sku: req.body.sku }, 'checkout started');
  relay('POST', () => '/orders', () => ({ ...req.body, user: req.user }))(req, res, next);
});

routes.put('/profile', (req, res, next) => {
  logger.debug(`profile change of ${req.body.email}: card on file ${req.body.card_on_file}`);
  const city = req.body.address.city.trim(); // nobody thought of a profile without an address
  relay('PUT', () => `/users/${req.user}`, () => ({ ...req.body, address: { ...req.body.address, city } }))(req, res, next);
});

routes.get('/password-reset', (req, res) => {
  logger.info(`password reset asked for ${req.query.email} with token ${req.query.token}`);
  res.cookie('sid', req.get('x-session-id') ?? 'none').json({ sent_to: req.query.email });
});

module.exports = routes;
