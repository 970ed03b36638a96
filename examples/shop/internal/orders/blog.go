package orders

import (
	"context"
	"fmt"
	"net/http"
)

type post struct {
	ID     int    `json:"id"`
	Author string `json:"author"`
	Title  string `json:"title"`
	author int
}

// listPosts reads the author of every post with a statement of its own: the N+1 problem.
func (s *Server) listPosts(r *http.Request) (any, error) {
	limit, err := number(r, "limit", 20)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.QueryContext(r.Context(), fmt.Sprintf(`SELECT id, author_id, title FROM posts ORDER BY id LIMIT %d`, limit))
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	posts, err := collect(rows, func(p *post) []any { return []any{&p.ID, &p.author, &p.Title} })
	if err != nil {
		return nil, err
	}
	for i := range posts {
		row := s.db.QueryRowContext(r.Context(), fmt.Sprintf(`SELECT name FROM authors WHERE id = %d`, posts[i].author))
		if err := row.Scan(&posts[i].Author); err != nil {
			return nil, fmt.Errorf("read an author: %w", err)
		}
	}
	return posts, nil
}

// The three parts of the dashboard take 50, 100 and 75 ms.

func (s *Server) userCard(r *http.Request) (any, error) {
	var card struct {
		ID    string `json:"id"`
		Name  string `json:"full_name"`
		Email string `json:"email"`
	}
	row := s.db.QueryRowContext(r.Context(), `SELECT id, full_name, email FROM user_cards WHERE id = ?`, r.PathValue("id"))
	if err := row.Scan(&card.ID, &card.Name, &card.Email); err != nil {
		return nil, fmt.Errorf("read the card of a user: %w", err)
	}
	return card, nil
}

func (s *Server) userPosts(r *http.Request) (any, error) {
	return s.texts(r.Context(), `SELECT title FROM user_posts WHERE id <= ?`, 5)
}

func (s *Server) userComments(r *http.Request) (any, error) {
	return s.texts(r.Context(), `SELECT text FROM user_comments WHERE user_id = ? LIMIT 5`, r.PathValue("id"))
}

func (s *Server) texts(ctx context.Context, query string, arg any) (any, error) {
	rows, err := s.db.QueryContext(ctx, query, arg)
	if err != nil {
		return nil, fmt.Errorf("read texts: %w", err)
	}
	return collect(rows, func(t *string) []any { return []any{t} })
}
