"""How a store's tables came to be, step by step. Alembic reads this folder; nothing else imports it."""
