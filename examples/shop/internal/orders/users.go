package orders

import (
	"context"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/opslog/opslog/examples/shop/internal/capture"
	"github.com/opslog/opslog/examples/shop/internal/planted"
)

const sessionTTL = 30 * time.Minute

// login looks the user up, compares hashes and keeps a session.
func (s *Server) login(r *http.Request) (any, error) {
	ctx := r.Context()
	var in struct{ Email, Password string }
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	var id, hash string
	row := s.db.QueryRowContext(ctx, `SELECT id, password_hash FROM users WHERE email = `+quote(in.Email))
	if err := row.Scan(&id, &hash); err != nil {
		return nil, refuseLogin(in.Email, "unknown user")
	}
	same, err := s.samePassword(ctx, in.Password, id, hash)
	if err != nil {
		return nil, err
	}
	if !same {
		slog.WarnContext(ctx, fmt.Sprintf("login failed: email=%s password=%s", in.Email, in.Password))
		return nil, refuseLogin(in.Email, "wrong password")
	}
	if err := s.redis.Set(ctx, "session:"+id, planted.SessionCookie, sessionTTL).Err(); err != nil {
		return nil, fmt.Errorf("keep the session: %w", err)
	}
	slog.InfoContext(ctx, "user logged in", "email", in.Email)
	return map[string]string{"user": id, "access_token": planted.JWT(planted.Find(id)), "session": planted.SessionCookie}, nil
}

func refuseLogin(email, why string) error {
	return &apiError{http.StatusUnauthorized, "login_failed", fmt.Sprintf("login of %s failed: %s", email, why)}
}

func (s *Server) samePassword(ctx context.Context, password, salt, want string) (bool, error) {
	_, span := s.tracer.Start(ctx, "hash comparison")
	defer span.End()
	got, err := hashPassword(password, salt)
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1, err
}

// registerUser takes a form, as the oldest page of the shop sends it.
func (s *Server) registerUser(r *http.Request) (any, error) {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		return nil, &apiError{http.StatusBadRequest, "malformed", "body is not a form"}
	}
	form := r.PostForm
	if !strings.Contains(form.Get("email"), "@") {
		return nil, &apiError{http.StatusUnprocessableEntity, "bad_email", "email " + form.Get("email") + " has no @"}
	}
	id := "u_" + r.Header.Get("X-Request-Id")
	_, err := s.db.ExecContext(ctx, `INSERT INTO users (id, full_name, email, phone, street, city, password_hash) VALUES (?, ?, `+
		quote(form.Get("email"))+`, ?, ?, ?, `+quote(planted.PasswordHash)+`)`, id, form.Get("full_name"), form.Get("phone"), form.Get("street"), form.Get("city"))
	if err != nil {
		return nil, fmt.Errorf("insert the user: %w", err)
	}
	slog.InfoContext(ctx, "user registered", slog.Group("customer", "email", form.Get("email"), "phone", form.Get("phone"),
		slog.Group("address", "street", form.Get("street"))))
	return map[string]string{"id": id}, nil
}

// updateUser writes the profile in one of the old statements made of literals.
func (s *Server) updateUser(r *http.Request) (any, error) {
	ctx, id := r.Context(), r.PathValue("id")
	var in struct {
		Email, Phone string
		Address      struct{ Street, City string }
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if strings.Trim(in.Phone, "+0123456789 ") != "" {
		return nil, &apiError{http.StatusUnprocessableEntity, "bad_phone", fmt.Sprintf("phone %s of %s is not a number", in.Phone, in.Email)}
	}
	statement := `UPDATE users SET email = ` + quote(in.Email) + `, phone = ` + quote(in.Phone) + ` WHERE id = ` + quote(id)
	if _, err := s.db.ExecContext(ctx, statement); err != nil {
		return nil, fmt.Errorf("update the user: %w", err)
	}
	if err := s.redis.Del(ctx, "profile:"+in.Email).Err(); err != nil {
		return nil, fmt.Errorf("drop the cached profile: %w", err)
	}
	capture.Set(ctx, attribute.ByteSlice("payload.raw", planted.RawPayload(planted.Find(id))))
	slog.InfoContext(ctx, "profile of "+in.Email+" updated, phone now "+in.Phone)
	return map[string]string{"id": id, "email": in.Email}, nil
}

// unsubscribe is the link in a newsletter: a GET that writes.
func (s *Server) unsubscribe(r *http.Request) (any, error) {
	email := r.URL.Query().Get("email")
	if _, err := s.db.ExecContext(r.Context(), `UPDATE users SET newsletter = 0 WHERE email = `+quote(email)); err != nil {
		return nil, fmt.Errorf("unsubscribe: %w", err)
	}
	return map[string]string{"unsubscribed": email}, nil
}

// listCustomerOrders has the address in its path, as partners asked for.
func (s *Server) listCustomerOrders(r *http.Request) (any, error) {
	email, err := url.PathUnescape(r.PathValue("email"))
	if err != nil {
		return nil, &apiError{http.StatusBadRequest, "bad_path", "path is not well escaped"}
	}
	return s.readOrders(r.Context(), `SELECT id, user_id, sku, total_cents, status FROM orders WHERE email = `+quote(email)+` ORDER BY created_at DESC LIMIT 10`)
}

// supportDesk is whom the audit log names when no user is known.
const supportDesk = "support"

func (s *Server) audit(ctx context.Context, action, subject string) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO audit_log VALUES (datetime('now'), ?, ?, ?)`, supportDesk, action, subject)
	if err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return nil
}

// getUser is the support desk's view of a customer. It writes an audit line, and is a query all the same.
func (s *Server) getUser(r *http.Request) (any, error) {
	id := r.PathValue("id")
	var u struct {
		ID     string `json:"id"`
		Name   string `json:"full_name"`
		Email  string `json:"email"`
		Phone  string `json:"phone"`
		Street string `json:"street"`
		Card   string `json:"card_number"`
	}
	row := s.db.QueryRowContext(r.Context(), `SELECT id, full_name, email, phone, street FROM users WHERE id = `+quote(id))
	if err := row.Scan(&u.ID, &u.Name, &u.Email, &u.Phone, &u.Street); err != nil {
		return nil, &apiError{http.StatusNotFound, "not_found", "no user " + id}
	}
	u.Card = planted.Digits(planted.Find(id).Card)
	return u, s.audit(r.Context(), "view_customer", id)
}
