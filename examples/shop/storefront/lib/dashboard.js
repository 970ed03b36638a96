// The dashboard asks for three independent parts: one after the other, as it was first written, and all at once.
'use strict';

const { trace } = require('@opentelemetry/api');
const { call } = require('./orders');

const tracer = trace.getTracer('shop-storefront');
const parts = ['card', 'posts', 'comments'];

const part = (req, name) => call(req, 'GET', `/users/${req.user}/${name}`).then((answer) => answer.body);

async function oneByOne(req) {
  const answers = [];
  for (const name of parts) answers.push(await part(req, name));
  return answers;
}

const atOnce = (req) => Promise.all(parts.map((name) => part(req, name)));

function dashboard(fetchParts) {
  return (req, res, next) =>
    tracer.startActiveSpan('build dashboard', async (span) => {
      try {
        const [card, posts, comments] = await fetchParts(req);
        span.setAttribute('result.items_returned', posts.length + comments.length);
        res.json({ card, posts, comments });
      } catch (err) {
        next(err);
      } finally {
        span.end();
      }
    });
}

module.exports = { sequential: dashboard(oneByOne), parallel: dashboard(atOnce) };
