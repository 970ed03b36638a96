package orders

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

const (
	authorCount   = 103
	archivedDays  = 400
	ordersPerDay  = 3
	stockAtStart  = 1_000_000
	hashIteration = 20_000
)

var archiveStart = time.Date(2023, 1, 1, 9, 0, 0, 0, time.UTC)

var catalogue = []struct {
	sku, name string
	cents     int64
}{
	{"KETTLE-1", "Copper kettle", 4900}, {"LAMP-2", "Reading lamp", 3250}, {"CHAIR-3", "Oak chair", 12900}, {"MUG-4", "Stoneware mug", 1450},
	{"CLOCK-5", "Wall clock", 5600}, {"RUG-6", "Wool rug", 18900}, {"VASE-7", "Glass vase", 2790}, {"PIANO-8", "Upright piano", 649900},
	{"CRYSTAL-9", "Crystal bowl, ships with a label", 7900}, {"GHOST-10", "Discontinued tray", 990},
}

func seed(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	for _, fill := range []func(context.Context, *sql.Tx) error{seedProducts, seedUsers, seedOrders, seedBlog} {
		if err := fill(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func seedProducts(ctx context.Context, tx *sql.Tx) error {
	for _, p := range catalogue {
		if _, err := tx.ExecContext(ctx, `INSERT INTO products VALUES (?, ?, ?, ?)`, p.sku, p.name, p.cents, stockAtStart); err != nil {
			return fmt.Errorf("product %s: %w", p.sku, err)
		}
	}
	return nil
}

func seedUsers(ctx context.Context, tx *sql.Tx) error {
	for _, c := range planted.Customers {
		hash, err := hashPassword(c.Password, c.ID)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO users (id, full_name, email, phone, street, city, password_hash) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			c.ID, c.Name, c.Email, c.Phone, c.Street, c.City, hash)
		if err != nil {
			return fmt.Errorf("user %s: %w", c.ID, err)
		}
	}
	return nil
}

func seedOrders(ctx context.Context, tx *sql.Tx) error {
	for i := range archivedDays * ordersPerDay {
		c, p := planted.Customers[i%len(planted.Customers)], catalogue[i%len(catalogue)]
		at := archiveStart.AddDate(0, 0, i/ordersPerDay).Format(time.RFC3339)
		_, err := tx.ExecContext(ctx, `INSERT INTO orders_archive VALUES (?, ?, ?, ?, 1, ?, 'paid', '', ?)`,
			fmt.Sprintf("arc_%04d", i), c.ID, c.Email, p.sku, p.cents, at)
		if err != nil {
			return fmt.Errorf("order %d: %w", i, err)
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO orders SELECT * FROM orders_archive`)
	return err
}

func seedBlog(ctx context.Context, tx *sql.Tx) error {
	for i := 1; i <= authorCount; i++ {
		if _, err := tx.ExecContext(ctx, `INSERT INTO authors_data VALUES (?, ?)`, i, fmt.Sprintf("author-%03d", i)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO posts VALUES (?, ?, ?)`, i, i, fmt.Sprintf("What I learned on day %d", i)); err != nil {
			return err
		}
		user := planted.Customers[i%len(planted.Customers)].ID
		if _, err := tx.ExecContext(ctx, `INSERT INTO comments_data VALUES (?, ?, ?)`, i, user, fmt.Sprintf("Comment %d", i)); err != nil {
			return err
		}
	}
	return nil
}

func hashPassword(password, salt string) (string, error) {
	key, err := pbkdf2.Key(sha256.New, password, []byte(salt), hashIteration, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hex.EncodeToString(key), nil
}
