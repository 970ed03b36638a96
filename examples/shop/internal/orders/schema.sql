CREATE TABLE products (sku TEXT PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER NOT NULL, stock INTEGER NOT NULL CHECK (stock >= 0));
CREATE TABLE users (
  id TEXT PRIMARY KEY, full_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, street TEXT NOT NULL, city TEXT NOT NULL,
  newsletter INTEGER NOT NULL DEFAULT 1, password_hash TEXT NOT NULL
);
CREATE TABLE orders (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, email TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
  total_cents INTEGER NOT NULL, status TEXT NOT NULL, payment_id TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE INDEX orders_by_user ON orders (user_id, created_at);
CREATE TABLE orders_archive AS SELECT * FROM orders;
CREATE TABLE audit_log (at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL);
CREATE TABLE authors_data (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, title TEXT NOT NULL);
CREATE TABLE comments_data (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, text TEXT NOT NULL);

-- SQLite answers in microseconds. These views answer like a database across a network: wait_ms(n) takes n milliseconds, once per statement.
CREATE VIEW authors AS SELECT id, name FROM authors_data WHERE wait_ms(5);
CREATE VIEW user_cards AS SELECT id, full_name, email FROM users WHERE wait_ms(50);
CREATE VIEW user_posts AS SELECT id, title FROM posts WHERE wait_ms(100);
CREATE VIEW user_comments AS SELECT id, user_id, text FROM comments_data WHERE wait_ms(75);
